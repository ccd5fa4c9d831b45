//! Plugins in OCI registries, as WebAssembly artifacts.
//!
//! Source: <https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>: one layer with the
//! component, and a configuration that says what it is. The signature is an annotation of the manifest.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_client::client::{ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_client::errors::OciDistributionError;
use oci_client::manifest::OciImageManifest;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};
use semver::Version;
use serde_json::json;

use crate::error::chain;
use crate::https::{PATIENCE, USER_AGENT};
use crate::source::LATEST;
use crate::{Fetched, MOST_BYTES, Source, SourceError, Wanted};

/// Media types of the artifact.
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// The annotation that holds the minisign signature, in base64: manifests are written as canonical JSON, which
/// has no line breaks in text.
const SIGNATURE: &str = "dev.weft.plugin.minisign";

/// How many tags a registry is asked for at once.
const TAGS: usize = 1000;

/// What to publish.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The name that it gets, with a tag.
    pub reference: &'a Source,
    /// The component's bytes.
    pub component: &'a [u8],
    /// Its signature.
    pub signature: Option<&'a str>,
    /// Annotations of the manifest, by the names of
    /// <https://github.com/opencontainers/image-spec/blob/main/annotations.md>.
    pub annotations: &'a BTreeMap<String, String>,
}

/// A plugin: that of the tag or digest, else the newest version that is accepted.
pub(crate) async fn fetch(
    reference: &Reference,
    wanted: Wanted<'_>,
) -> Result<Fetched, SourceError> {
    let place = Source::Oci(reference.clone());
    let failed = |error: OciDistributionError| SourceError::Fetch {
        place: place.clone(),
        reason: chain(&error),
    };
    let client = client(reference);
    let auth = credentials(reference);
    let reference = if names_one(reference) {
        reference.clone()
    } else {
        newest(&client, &auth, reference, wanted).await?
    };
    let none = |reason: String| SourceError::NoComponent {
        place: Source::Oci(reference.clone()),
        reason,
    };
    let (manifest, digest) = client
        .pull_image_manifest(&reference, &auth)
        .await
        .map_err(failed)?;
    let [layer] = manifest.layers.as_slice() else {
        let count = manifest.layers.len();
        return Err(none(format!(
            "it has {count} layers, and a component is one"
        )));
    };
    if layer.media_type != LAYER {
        return Err(none(format!(
            "its layer is {:?}, not {LAYER}",
            layer.media_type
        )));
    }
    if usize::try_from(layer.size).map_or(true, |size| size > MOST_BYTES) {
        return Err(SourceError::TooLarge {
            place: place.to_string(),
            limit: MOST_BYTES,
        });
    }
    let mut component = Vec::new();
    client
        .pull_blob(&reference, layer, &mut component)
        .await
        .map_err(failed)?;
    let exact = Reference::with_digest(
        reference.registry().to_owned(),
        reference.repository().to_owned(),
        digest,
    );
    Ok(Fetched {
        component,
        signature: signature(&manifest)
            .map_err(|()| none("its signature is no base64".to_owned()))?,
        location: Source::Oci(exact),
        expected_digest: None,
    })
}

/// The versions that are among a repository's tags.
pub(crate) async fn versions(reference: &Reference) -> Result<Vec<Version>, SourceError> {
    let tags = tags(&client(reference), &credentials(reference), reference).await?;
    Ok(tags.iter().filter_map(|tag| version(tag)).collect())
}

async fn newest(
    client: &Client,
    auth: &RegistryAuth,
    reference: &Reference,
    wanted: Wanted<'_>,
) -> Result<Reference, SourceError> {
    let tags = tags(client, auth, reference).await?;
    let found = tags.iter().filter_map(|tag| Some((version(tag)?, tag)));
    let accepted = found.filter(|(version, _)| (wanted.accepts)(version));
    match accepted.max() {
        Some((_, tag)) => Ok(Reference::with_tag(
            reference.registry().to_owned(),
            reference.repository().to_owned(),
            tag.clone(),
        )),
        None => Err(SourceError::NoVersion {
            place: Source::Oci(reference.clone()),
            name: wanted.name.to_owned(),
            versions: tags.into_iter().take(20).collect(),
        }),
    }
}

async fn tags(
    client: &Client,
    auth: &RegistryAuth,
    reference: &Reference,
) -> Result<Vec<String>, SourceError> {
    let mut tags: Vec<String> = Vec::new();
    loop {
        let last = tags.last().map(String::as_str);
        let answer = client.list_tags(reference, auth, Some(TAGS), last).await;
        let page = answer.map_err(|error| SourceError::Fetch {
            place: Source::Oci(reference.clone()),
            reason: chain(&error),
        })?;
        // A registry that knows no pages answers with all each time.
        let new: Vec<_> = page
            .tags
            .iter()
            .filter(|tag| !tags.contains(tag))
            .cloned()
            .collect();
        let is_last = page.tags.len() < TAGS || new.is_empty();
        tags.extend(new);
        if is_last {
            return Ok(tags);
        }
    }
}

/// Publishes a component and says where it is.
pub(crate) async fn push(push: &Push<'_>) -> Result<Source, SourceError> {
    let failed = |reason: String| SourceError::Push {
        place: push.reference.clone(),
        reason,
    };
    let Source::Oci(reference) = push.reference else {
        return Err(failed(
            "plugins are published as oci://HOST/NAME:TAG".to_owned(),
        ));
    };
    let layers = [ImageLayer::new(
        push.component.to_vec(),
        LAYER.to_owned(),
        None,
    )];
    let config = json!({
        "architecture": "wasm",
        "os": "wasip2",
        "layerDigests": [layers[0].sha256_digest()],
        "component": { "imports": ["weft:plugin/log"], "exports": ["weft:plugin/plugin"] },
    });
    let config = Config::new(config.to_string(), CONFIG.to_owned(), None);
    let on_one_line = |text: &String| text.replace(char::is_control, " ");
    let mut annotations: BTreeMap<_, _> = push
        .annotations
        .iter()
        .map(|(name, text)| (name.clone(), on_one_line(text)))
        .collect();
    if let Some(signature) = push.signature {
        annotations.insert(SIGNATURE.to_owned(), STANDARD.encode(signature));
    }
    let manifest = OciImageManifest::build(&layers, &config, Some(annotations));
    let client = client(reference);
    let auth = credentials(reference);
    client
        .push(reference, &layers, config, &auth, Some(manifest))
        .await
        .map_err(|error| failed(chain(&error)))?;
    let digest = client
        .fetch_manifest_digest(reference, &auth)
        .await
        .map_err(|error| failed(chain(&error)))?;
    Ok(Source::Oci(Reference::with_digest(
        reference.registry().to_owned(),
        reference.repository().to_owned(),
        digest,
    )))
}

/// The signature that a manifest carries.
fn signature(manifest: &OciImageManifest) -> Result<Option<String>, ()> {
    let Some(encoded) = manifest
        .annotations
        .as_ref()
        .and_then(|all| all.get(SIGNATURE))
    else {
        return Ok(None);
    };
    let bytes = STANDARD.decode(encoded).map_err(|_| ())?;
    String::from_utf8(bytes).map(Some).map_err(|_| ())
}

/// Whether a reference has a tag or digest; the parser gives the tag `latest` to those without.
fn names_one(reference: &Reference) -> bool {
    reference.digest().is_some() || reference.tag().is_some_and(|tag| tag != LATEST)
}

/// Tags are versions, with or without `v`.
fn version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()
}

fn client(reference: &Reference) -> Client {
    // As docker: a registry on this machine need not have a certificate.
    let registry = reference.resolve_registry().to_owned();
    let host = registry
        .rsplit_once(':')
        .map_or(&*registry, |(host, _)| host);
    let own = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    Client::new(ClientConfig {
        protocol: if own {
            ClientProtocol::HttpsExcept(vec![registry])
        } else {
            ClientProtocol::Https
        },
        connect_timeout: Some(PATIENCE),
        read_timeout: Some(PATIENCE),
        user_agent: USER_AGENT,
        platform_resolver: None,
        ..ClientConfig::default()
    })
}

/// What `docker login` has left for a registry, else nothing.
fn credentials(reference: &Reference) -> RegistryAuth {
    use docker_credential::DockerCredential;
    match docker_credential::get_credential(reference.resolve_registry()) {
        Ok(DockerCredential::UsernamePassword(user, password)) => {
            RegistryAuth::Basic(user, password)
        }
        Ok(DockerCredential::IdentityToken(token)) => RegistryAuth::Bearer(token),
        Err(_) => RegistryAuth::Anonymous,
    }
}
