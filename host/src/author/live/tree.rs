//! Spans as text that is the same in each run: a tree, without identifiers and times.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::span::{self, Attribute, Span};
use crate::author::AuthorError;

/// Attributes whose values differ from run to run.
const VARYING: [&str; 4] = [
    "code.stacktrace",
    "exception.stacktrace",
    "process.pid",
    "thread.id",
];

/// Stands for a value that differs from run to run.
const ANY: &str = "…";

/// Begins the line with which an author names more of them.
const VARIES: &str = "varies: ";

/// Hosts of loopback addresses; the system chooses their ports.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The file that spans are compared with.
#[derive(Debug, Default)]
pub struct Expected {
    /// Whether it is there.
    pub exists: bool,
    /// Keys of attributes whose values are not compared, as its first lines name them.
    pub varying: BTreeSet<String>,
}

impl Expected {
    /// Reads the first lines of a file.
    pub fn read(path: &Path) -> Result<Self, AuthorError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(source) => {
                return Err(AuthorError::File {
                    action: "read",
                    path: path.to_owned(),
                    source,
                });
            }
        };
        let lines = text.lines().map_while(|line| line.strip_prefix(VARIES));
        Ok(Self {
            exists: true,
            varying: lines.map(|key| key.trim().to_owned()).collect(),
        })
    }
}

/// What a program has made: spans below their parents, each with its attributes, events and links. What
/// stands side by side is in the order of the text: that of time may differ from run to run.
pub fn text(code: &str, spans: &[Span], varying: &BTreeSet<String>) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    for key in varying {
        let _ = writeln!(text, "{VARIES}{key}");
    }
    if code != "0" {
        let _ = writeln!(text, "exit code: {code}");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    if spans.is_empty() {
        text.push_str("no spans\n");
    }
    let writer = Writer::new(spans, varying);
    for block in writer.below(None) {
        text.push_str(&block);
    }
    text
}

struct Writer<'a> {
    varying: &'a BTreeSet<String>,
    by_id: HashMap<(&'a str, &'a str), &'a Span>,
    /// Spans by that of their parent; those of no span that has arrived by None.
    children: BTreeMap<Option<(&'a str, &'a str)>, Vec<&'a Span>>,
}

impl<'a> Writer<'a> {
    fn new(spans: &'a [Span], varying: &'a BTreeSet<String>) -> Self {
        let id = |span: &'a Span| (&*span.trace_id, &*span.id);
        let by_id: HashMap<_, _> = spans.iter().map(|span| (id(span), span)).collect();
        let mut children = BTreeMap::<_, Vec<_>>::new();
        for span in spans {
            let parent = (&*span.trace_id, &*span.parent_id);
            let parent = by_id.contains_key(&parent).then_some(parent);
            children.entry(parent).or_default().push(span);
        }
        Self {
            varying,
            by_id,
            children,
        }
    }

    /// The spans below one, each with those below itself.
    fn below(&self, parent: Option<(&str, &str)>) -> Vec<String> {
        let children = self.children.get(&parent).into_iter().flatten();
        let mut blocks: Vec<_> = children.map(|span| self.block(span)).collect();
        blocks.sort();
        blocks
    }

    fn block(&self, span: &Span) -> String {
        let name = span.name.replace('\n', "\\n");
        let mut text = format!("{} ({}", without_ports(&name), span.kind());
        if !span.scope.is_empty() {
            let _ = write!(text, ", {}", span.scope);
        }
        let parent = (&*span.trace_id, &*span.parent_id);
        if !span.parent_id.is_empty() && !self.by_id.contains_key(&parent) {
            text.push_str(", parent elsewhere");
        }
        text.push_str(")\n");
        match span.status.code {
            1 => text.push_str("    status: ok\n"),
            2 => {
                let message = quoted(&without_ports(&span.status.message));
                let _ = writeln!(text, "    status: error {message}");
            }
            _ => {}
        }
        self.attributes(&mut text, "    ", &span.attributes);
        for event in &span.events {
            let _ = writeln!(text, "    event: {}", event.name);
            self.attributes(&mut text, "        ", &event.attributes);
        }
        for link in &span.links {
            let linked = self.by_id.get(&(&*link.trace_id, &*link.span_id));
            let name = linked.map_or("elsewhere", |span| &span.name);
            let _ = writeln!(text, "    link: {}", without_ports(name));
        }
        for block in self.below(Some((&span.trace_id, &span.id))) {
            // Below a span stand its children, two steps in as its own lines are, each with a dash.
            for (number, line) in block.lines().enumerate() {
                let dash = if number == 0 { "  - " } else { "    " };
                let _ = writeln!(text, "{dash}{line}");
            }
        }
        text
    }

    fn attributes(&self, text: &mut String, indent: &str, attributes: &[Attribute]) {
        let mut lines: Vec<_> = attributes
            .iter()
            .map(|attribute| {
                let key = &attribute.key;
                format!("{indent}{key} = {}\n", self.value(attribute, attributes))
            })
            .collect();
        lines.sort();
        text.extend(lines);
    }

    fn value(&self, attribute: &Attribute, among: &[Attribute]) -> String {
        let key = &attribute.key;
        if VARYING.contains(&&**key) || self.varying.contains(key) {
            return ANY.to_owned();
        }
        let value = span::plain(&attribute.value);
        // `server.port` stands beside `server.address`.
        if let Some(prefix) = key.strip_suffix(".port") {
            let address = format!("{prefix}.address");
            let address = among.iter().find(|other| other.key == address);
            let address = address.map(|other| span::plain(&other.value));
            if address.is_some_and(|address| is_loopback(&address)) {
                return "PORT".to_owned();
            }
        }
        without_ports(&value.to_string())
    }
}

fn is_loopback(address: &Value) -> bool {
    let address = address.as_str().unwrap_or_default();
    address == "::1" || LOOPBACK.contains(&address)
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Text in which the ports of loopback addresses read `PORT`.
pub fn without_ports(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let (before, after) = rest.split_at(colon);
        let digits = after[1..].bytes().take_while(u8::is_ascii_digit).count();
        // The colons within `[::1]` come before the one that counts.
        out.push_str(before);
        if digits > 0 && LOOPBACK.iter().any(|host| out.ends_with(host)) {
            out.push_str(":PORT");
            rest = &after[1 + digits..];
        } else {
            out.push(':');
            rest = &after[1..];
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spans() -> Vec<Span> {
        let span = |id: &str, parent: &str, name: &str, attributes: Value| json!({"traceId": "t", "spanId": id, "parentSpanId": parent, "name": name, "kind": 3, "attributes": attributes});
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let int = |key: &str, value: &str| json!({"key": key, "value": {"intValue": value}});
        let mut failed = span("3", "1", "b", json!([]));
        failed["status"] = json!({"code": 2, "message": "dial 127.0.0.1:4711: refused"});
        failed["events"] =
            json!([{"name": "exception", "attributes": [text("exception.stacktrace", "x")]}]);
        failed["links"] = json!([{"traceId": "t", "spanId": "1"}, {"traceId": "u", "spanId": "1"}]);
        let body = json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "s"}, "spans": [
            failed,
            span("2", "1", "a", json!([text("server.address", "::1"), int("server.port", "4711"), int("id", "9")])),
            span("1", "", "root", json!([text("server.address", "db.test"), int("server.port", "5432"), text("q", "a\nb")])),
            span("4", "9", "lost", json!([])),
        ]}]}]});
        span::decode(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_tree_is_the_same_whatever_the_order_of_arrival() {
        let varying = BTreeSet::from(["id".to_owned()]);
        let expected = "\
varies: id
exit code: 3

lost (client, s, parent elsewhere)
root (client, s)
    q = \"a\\nb\"
    server.address = \"db.test\"
    server.port = 5432
  - a (client, s)
        id = …
        server.address = \"::1\"
        server.port = PORT
  - b (client, s)
        status: error \"dial 127.0.0.1:PORT: refused\"
        event: exception
            exception.stacktrace = …
        link: root
        link: elsewhere
";
        let mut spans = spans();
        assert_eq!(text("3", &spans, &varying), expected);
        spans.reverse();
        assert_eq!(text("3", &spans, &varying), expected);
        assert_eq!(text("0", &[], &BTreeSet::new()), "no spans\n");
    }

    #[test]
    fn ports_of_loopback_addresses() {
        for (text, expected) in [
            ("http://127.0.0.1:80/a:1", "http://127.0.0.1:PORT/a:1"),
            ("[::1]:1234", "[::1]:PORT"),
            ("localhost:1 localhost:2:", "localhost:PORT localhost:PORT:"),
            ("db.test:5432 ::", "db.test:5432 ::"),
            ("localhost:", "localhost:"),
            ("über:1", "über:1"),
        ] {
            assert_eq!(without_ports(text), expected);
        }
    }

    #[test]
    fn the_first_lines_name_what_varies() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("spans.txt");
        assert!(!Expected::read(&file).unwrap().exists);
        std::fs::write(
            &file,
            "varies: a.b\nvaries: c\n\nroot (client)\nvaries: d\n",
        )
        .unwrap();
        let expected = Expected::read(&file).unwrap();
        assert!(expected.exists);
        let varying: Vec<_> = expected.varying.iter().map(String::as_str).collect();
        assert_eq!(varying, ["a.b", "c"]);
    }
}
