//! The tenant of a request: on the spans that weft's own plugins make of HTTP and gRPC, and in a header of its
//! own from service to service. See the README.

use weft_plugin::{
    Advices, Descriptor, Error, Package, Plugin, Result, Settings, export, hooks, method,
};

/// See the crate.
pub struct Tenant;

export!(Tenant);

/// Weft's plugins hook the same functions, with an order of 0: what is to be there when they read the headers
/// of a request comes before, what is done with their span comes after.
const BEFORE_SPANS: i32 = -10;
const AFTER_SPANS: i32 = 10;

impl Plugin for Tenant {
    fn describe(&self, d: &mut Descriptor, s: &Settings) -> Result {
        Names::of(s)?;
        d.hooks(hooks!["hooks.go"]);
        d.interest("net/http", "")
            .requiring(method("serverHandler", "ServeHTTP"))
            .requiring(method("*Transport", "RoundTrip"))
            .matching(method("*ClientConn", "RoundTrip")); // Go 1.26
        d.interest("google.golang.org/grpc", ">=1.20, <2")
            .requiring(method("*Server", "handleStream"))
            .requiring(method("*ClientConn", "Invoke"))
            .requiring(method("*ClientConn", "NewStream"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        let Names { header, attribute } = Names::of(p.settings())?;
        for f in p.functions() {
            if ["ServeHTTP", "handleStream"].contains(&f.name()) {
                out.hook(f)
                    .before("accept")
                    .constants([&header])
                    .arguments([])
                    .order(BEFORE_SPANS);
            }
            out.hook(f)
                .before("mark")
                .constants([&header, &attribute])
                .arguments([])
                .order(AFTER_SPANS);
        }
        Ok(())
    }
}

/// What the settings name.
struct Names {
    header: String,
    attribute: String,
}

impl Names {
    fn of(settings: &Settings) -> Result<Self> {
        let names = Self {
            header: settings.get_or("header", "x-tenant-id".to_owned())?,
            attribute: settings.get_or("attribute", "tenant.id".to_owned())?,
        };
        if let Some(wrong) = wrong_header(&names.header) {
            let error = Error::new(format!("setting `header`: {:?} {wrong}", names.header));
            return Err(error.with_help("take a header of its own, such as \"x-tenant-id\""));
        }
        if names.attribute.is_empty() {
            return Err(Error::new("setting `attribute`: it is empty"));
        }
        Ok(names)
    }
}

/// What keeps a header from carrying a tenant: gRPC takes fewer names than HTTP, and what others use is theirs.
fn wrong_header(header: &str) -> Option<&'static str> {
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ['-', '_', '.'].contains(&c);
    if header.is_empty() || header.len() > 64 || !header.chars().all(allowed) {
        return Some("is not 1 to 64 lower-case letters, digits, `-`, `_` and `.`");
    }
    if header.starts_with("grpc-") || header.ends_with("-bin") || OTHERS.contains(&header) {
        return Some("has another meaning");
    }
    None
}

const OTHERS: [&str; 13] = [
    "authorization",
    "b3",
    "baggage",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "te",
    "traceparent",
    "tracestate",
    "transfer-encoding",
    "user-agent",
];
