//! Woven files with hooks of their own that pass on all that they are given.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use weft_weave::model::Hook;
use weft_weave::plan::FilePlan;
use weft_weave::syntax::PackageNames;
use weft_weave::weave::weave_file;

use super::library::{self, Listed};
use super::unweave::assert_only_added;

/// What all hooks return for their function that runs after.
const TOKEN: &str = "var weftToken interface{} = new(int)";

/// Weaves all functions of a package; the woven files, and those of their sockets, by path. The error says what is left unwoven and why.
pub fn weave(listed: &Listed, names: &dyn PackageNames) -> Result<Vec<(String, String)>, String> {
    let hooked = library::hook(listed, listed.read(), names);
    let hooked = hooked.map_err(|errors| errors[0].to_string())?;
    let ids = hooked.resolved.plugs.iter().map(|plug| plug.id.clone());
    let by_id = ids.zip(&hooked.hooks).collect::<BTreeMap<_, _>>();
    let mut out = Vec::new();
    for (n, plan) in hooked.resolved.plan.files.iter().enumerate() {
        let mut files = hooked.files.iter();
        let (_, original) = files.find(|(name, _)| *name == plan.file).unwrap();
        let path = format!("{}/{}", listed.dir, plan.file);
        let woven = weave_file(plan, original, &path).map_err(|error| error.to_string())?;
        assert_only_added(original, &woven.text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut sockets = plugged(plan, &woven.sockets, &by_id);
        if n == 0 {
            writeln!(sockets, "{TOKEN}").unwrap();
        }
        out.push((path, woven.text));
        out.push((library::first(&listed.dir, &plan.file), sockets));
    }
    Ok(out)
}

/// Fills the sockets of a file where they are declared.
fn plugged(plan: &FilePlan, sockets: &str, hooks: &BTreeMap<String, &Hook>) -> String {
    let mut out = sockets.to_owned();
    for socket in &plan.sockets {
        let variable = &socket.variable;
        let (id, side) = variable
            .trim_start_matches("weft_")
            .rsplit_once('_')
            .unwrap();
        let hook = hooks[id];
        let (parameters, results) = signature(&socket.go_type);
        let named = parameters
            .iter()
            .enumerate()
            .map(|(n, go_type)| format!("weft_p{n} {go_type}"))
            .collect::<Vec<_>>()
            .join(", ");
        let returned = if side == "b" {
            let position = |index: &u32| {
                let mut arguments = hook.arguments.iter();
                arguments.position(|argument| argument.index == *index)
            };
            let replaced = hook.replaces.iter().map(|n| position(n).unwrap());
            let replaced = replaced.map(|n| format!("weft_p{n}"));
            std::iter::once("weftToken".to_owned())
                .chain(replaced)
                .collect::<Vec<_>>()
        } else {
            let position = |index: &u32| hook.results.iter().position(|n| n == index);
            let replaced = hook.replaces_results.iter().map(|n| position(n).unwrap());
            // The token comes first.
            replaced.map(|n| format!("weft_p{}", n + 1)).collect()
        };
        let declared = format!("\nvar {variable} {}\n", socket.go_type);
        assert!(out.contains(&declared), "{}: {variable}", plan.file);
        let linkname = format!(
            "\n//go:linkname {variable} {}",
            weft_weave::plan::symbol(variable)
        );
        out = out.replace(&linkname, "");
        out = out.replace(
            &declared,
            &format!(
                "\nvar {variable} {} = func({named}) {results} {{ return {} }}\n",
                socket.go_type,
                returned.join(", ")
            ),
        );
    }
    out
}

/// Parameter types and result list of a function type.
fn signature(go_type: &str) -> (Vec<String>, &str) {
    let inside = go_type.strip_prefix("func(").unwrap();
    let mut depth = 0;
    let mut start = 0;
    let mut parameters = Vec::new();
    for (at, c) in inside.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                parameters.push(inside[start..at].trim().to_owned());
                parameters.retain(|parameter| !parameter.is_empty());
                return (parameters, inside[at + 1..].trim());
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parameters.push(inside[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    panic!("no function type: {go_type}");
}
