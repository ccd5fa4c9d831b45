//! Plugins on web servers.

use std::time::Duration;

use reqwest::{Client, StatusCode, redirect};
use url::Url;

use crate::error::chain;
use crate::{Fetched, MOST_BYTES, MOST_TEXT, Source, SourceError};

/// How long a server may take to accept a connection, and to go on sending.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What servers are told of who asks.
pub(crate) const USER_AGENT: &str = concat!("weft/", env!("CARGO_PKG_VERSION"));

/// A client that never leaves https, wherever a server sends it.
pub(crate) fn client() -> reqwest::Result<Client> {
    Client::builder()
        .https_only(true)
        .redirect(redirect::Policy::limited(5))
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .user_agent(USER_AGENT)
        .build()
}

/// A component, with the signature beside it.
pub(crate) async fn fetch(client: &Client, url: &Url) -> Result<Fetched, SourceError> {
    let component = get(client, url, MOST_BYTES).await?;
    let mut beside = url.clone();
    beside.set_path(&format!("{}.minisig", url.path()));
    let signature = match request(client, &beside, MOST_TEXT).await? {
        Ok(text) => Some(String::from_utf8_lossy(&text).into_owned()),
        Err(StatusCode::NOT_FOUND | StatusCode::FORBIDDEN | StatusCode::GONE) => None,
        Err(status) => return Err(failed(&beside, status.to_string())),
    };
    Ok(Fetched {
        component,
        signature,
        location: Source::Https(url.clone()),
        expected_digest: None,
    })
}

/// What is at a URL.
pub(crate) async fn get(client: &Client, url: &Url, limit: usize) -> Result<Vec<u8>, SourceError> {
    match request(client, url, limit).await? {
        Ok(bytes) => Ok(bytes),
        Err(status) => Err(failed(url, format!("the server answered {status}"))),
    }
}

/// What is at a URL, or the status of the answer where it is none of success.
async fn request(
    client: &Client,
    url: &Url,
    limit: usize,
) -> Result<Result<Vec<u8>, StatusCode>, SourceError> {
    // The URL is named by the error around it, without its query.
    let broken = |error: reqwest::Error| failed(url, chain(&error.without_url()));
    let mut response = client.get(url.clone()).send().await.map_err(broken)?;
    if !response.status().is_success() {
        return Ok(Err(response.status()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > limit {
            return Err(SourceError::TooLarge {
                place: Source::Https(url.clone()).without_secrets().to_string(),
                limit,
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Ok(bytes))
}

fn failed(url: &Url, reason: String) -> SourceError {
    SourceError::Fetch {
        place: Source::Https(url.clone()).without_secrets(),
        reason,
    }
}
