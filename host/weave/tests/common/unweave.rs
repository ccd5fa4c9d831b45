//! What weaving a hook around functions must not do: change anything but what it adds.

use weft_weave::syntax::{Declaration, Lines, SourceFile};

/// What is wrong with a woven text; Ok when all that was there before is there, in its place. Uses of
/// other packages' functions must not have been replaced.
pub fn assert_only_added(original: &str, woven: &str) -> Result<(), String> {
    let before = SourceFile::parse("x.go", original);
    let after = SourceFile::parse("x.go", woven);
    let lines = [Lines::of(&before), Lines::of(&after)];
    let mut functions = after.functions().into_iter();
    let mut ends = [bom(original), first_line(original, woven)];
    for function in before.functions() {
        let title = function.title();
        let other = functions.next().ok_or_else(|| format!("{title} is lost"))?;
        let starts = [function.node.start_byte(), other.node.start_byte()];
        let between = [&original[ends[0]..starts[0]], &woven[ends[1]..starts[1]]];
        same("what is before", &title, between)?;
        same(
            "the signature of",
            &title,
            [&function.signature(), &other.signature()],
        )?;
        // Names are added to a signature, and nothing else is lost of it.
        let headers = [header(&function, original), header(&other, woven)];
        if !is_subsequence(&headers[0], &headers[1]) {
            return Err(format!("the header of {title}: {headers:#?}"));
        }
        ends = [function.node.end_byte(), other.node.end_byte()];
        let (Some(body), Some(other_body)) = (function.body(), other.body()) else {
            same("the end of", &title, [&headers[0], &headers[1]])?;
            continue;
        };
        let from = [
            body.start_byte() + 1,
            after_prologue(woven, other_body.start_byte() + 1),
        ];
        same(
            "the body of",
            &title,
            [&original[from[0]..ends[0]], &woven[from[1]..ends[1]]],
        )?;
        // Where the body begins, and where it ends.
        for (a, b) in [(from[0], from[1]), (ends[0], ends[1])] {
            let positions = [lines[0].restore(a), lines[1].restore(b)];
            if lines[0].is_line_end(a) {
                continue;
            }
            same("the position of", &title, [&positions[0], &positions[1]])?;
        }
    }
    let rest = original[ends[0]..].trim_end();
    let tail = &woven[ends[1]..];
    let added = tail
        .strip_prefix(rest)
        .ok_or_else(|| format!("what is behind the functions is changed: {rest:?}, {tail:?}"))?;
    let strange = added
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with("func weft_"));
    strange.map_or(Ok(()), |line| Err(format!("added: {line}")))
}

fn same(what: &str, title: &str, [before, after]: [&str; 2]) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    Err(format!("{what} {title} is changed: {before:?}, {after:?}"))
}

fn bom(text: &str) -> usize {
    text.len() - text.trim_start_matches('\u{feff}').len()
}

/// The end of the directive that is put before a text.
fn first_line(original: &str, woven: &str) -> usize {
    if original[bom(original)..].starts_with("//line ") {
        return 0;
    }
    woven.find('\n').map_or(0, |newline| newline + 1)
}

fn header(function: &Declaration<'_>, text: &str) -> String {
    let end = function
        .body()
        .map_or(function.node.end_byte(), |body| body.start_byte());
    text[function.node.start_byte()..end].to_owned()
}

/// True when all characters of `short` are in `long`, in their order.
pub fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    // A blank name gets one.
    let mut kept = short.chars().filter(|c| *c != '_');
    kept.all(|wanted| rest.any(|c| c == wanted))
}

/// Where a body goes on behind the statements of hooks.
fn after_prologue(woven: &str, mut at: usize) -> usize {
    let start = at;
    while woven[at..].starts_with(" if weft_") {
        let mut depth = 0;
        let end = woven[at..].find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == '}' && depth == 0
        });
        at += end.unwrap() + 2;
    }
    let rest = woven[at..].strip_prefix('\n').unwrap_or(&woven[at..]);
    if at > start && rest.starts_with("/*line ") {
        at = woven.len() - rest.len() + rest.find("*/").unwrap() + 2;
    }
    at
}
