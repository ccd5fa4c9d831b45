//! Custom telemetry without a plugin: spans and events on a project's own functions, by rules in `weft.toml` and
//! by `//weft:span` above a function.

mod pattern;
mod rule;

use weft_plugin::{
    Advices, Descriptor, Function, Package, Plugin, Result, Settings, directive, export, function,
    hooks, method,
};

use pattern::Pattern;
use rule::{Event, Span};

/// See the crate.
pub struct Rules;

export!(Rules);

/// Above a function: `//weft:span`, `//weft:span charge`, `//weft:span charge order.id=order.ID`.
const DIRECTIVE: &str = "//weft:span";

impl Plugin for Rules {
    fn describe(&self, d: &mut Descriptor, s: &Settings) -> Result {
        d.hooks(hooks!["hooks.go", "value.go"]);
        d.interest("own", "").matching(directive(DIRECTIVE));
        let patterns = spans(s)?.into_iter().map(|span| span.functions);
        let patterns = patterns.chain(events(s)?.into_iter().map(|event| event.functions));
        for text in patterns {
            let pattern = Pattern::parse(&text)?;
            let interest = d.interest(pattern.package, "");
            let name = if pattern.is_exact() {
                pattern.name
            } else {
                "*"
            };
            let matcher = match pattern.receiver {
                Some(receiver) => method(receiver, name),
                None => function(name),
            };
            // A rule for one function that is not there would be a silent loss.
            if pattern.is_exact() && !pattern.package.contains("...") {
                interest.requiring(matcher);
            } else {
                interest.matching(matcher);
            }
        }
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        let (spans, events) = (spans(p.settings())?, events(p.settings())?);
        for f in p.functions() {
            let by_directive = f.directives().iter().find_map(|text| directed(text));
            let mut named = spans.iter().filter(|span| names(&span.functions, p, f));
            if let Some(span) = by_directive.or_else(|| named.next().cloned()) {
                hook_span(&span, p, f, out);
            }
            if let Some(event) = events.iter().find(|event| names(&event.functions, p, f)) {
                let (keys, paths): (Vec<_>, Vec<_>) = event.attributes.iter().unzip();
                out.hook(f)
                    .before("beforeEvent")
                    .constants([event.name.clone(), lines(&keys)])
                    .arguments(paths.iter().map(|path| path.as_str()));
            }
        }
        Ok(())
    }
}

fn spans(settings: &Settings) -> Result<Vec<Span>> {
    settings.get_or("spans", Vec::new())
}

fn events(settings: &Settings) -> Result<Vec<Event>> {
    settings.get_or("events", Vec::new())
}

/// Whether a rule's pattern names a function.
fn names(text: &str, p: &Package, f: Function<'_>) -> bool {
    Pattern::parse(text).is_ok_and(|pattern| pattern.names(p.import_path(), f.receiver(), f.name()))
}

/// What a directive says.
fn directed(text: &str) -> Option<Span> {
    let words = text.strip_prefix(DIRECTIVE)?.split_whitespace();
    let mut span = Span::default();
    for word in words {
        match word.split_once('=') {
            Some((key, path)) => {
                span.attributes.insert(key.to_owned(), path.to_owned());
            }
            None => span.name = Some(word.to_owned()),
        }
    }
    Some(span)
}

fn hook_span(span: &Span, p: &Package, f: Function<'_>, out: &mut Advices) {
    let title = match f.receiver() {
        Some(receiver) => format!("({receiver}).{}", f.name()),
        None => f.name().to_owned(),
    };
    let (keys, paths): (Vec<_>, Vec<_>) = span.attributes.iter().unzip();
    let (result_keys, result_names): (Vec<_>, Vec<_>) = span.results.iter().unzip();
    let context = f
        .parameters()
        .iter()
        .position(|parameter| parameter.hook_type.as_deref() == Some("context.Context"));
    let context = context.map(|n| n.to_string());
    let last = f.results().len().checked_sub(1);
    let error = last.filter(|n| f.results()[*n].go_type == "error");
    let error = error.map(|n| n.to_string());
    let name = span.name.clone();
    let arguments = context.iter().chain(paths).map(String::as_str);
    let results = result_names.into_iter().chain(&error).map(String::as_str);
    let hook = out
        .hook(f)
        .after("after")
        .constants([
            name.unwrap_or_else(|| format!("{}.{title}", p.name())),
            format!("{}.{title}", p.import_path()),
            span.kind.clone().unwrap_or_default(),
            lines(&keys),
            lines(&result_keys),
        ])
        .arguments(arguments)
        .results(results)
        // An event of the same function is one of its span.
        .order(-1);
    match &context {
        Some(context) => hook
            .before("beforeWithContext")
            .replaces([context.as_str()]),
        None => hook.before("before"),
    };
}

fn lines(keys: &[&String]) -> String {
    let keys: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    keys.join("\n")
}
