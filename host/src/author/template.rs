//! The files of a new plugin.

use super::Language;
use super::create::{Place, Target, Wish};
use super::library::Library;
use crate::gocmd::ListedPackage;

/// What templates are filled with.
pub struct Words(Vec<(&'static str, String)>);

impl Words {
    /// What is known of the plugin that is to be made.
    pub fn new(
        wish: &Wish,
        library: &Library,
        package: &ListedPackage,
        version: &str,
        target: &Target,
    ) -> Self {
        let context = target.context.as_ref();
        let error = target.error.as_ref();
        let (method, name) = (target.receiver.as_deref(), &target.name);
        let mut words = vec![
            ("NAME", wish.name.clone()),
            ("TYPE", type_name(&wish.name)),
            ("PACKAGE", wish.name.replace('-', "")),
            ("IMPORT_PATH", wish.import_path.clone()),
            ("RANGE", range(version)),
            ("FUNCTION_NAME", name.clone()),
            ("FUNCTION", target.title.clone()),
            (
                "GO_BEFORE",
                go_before(context.is_some(), &package.name, name),
            ),
            ("GO_AFTER", go_after(error.is_some())),
            ("GO_NAME", package.name.clone()),
            ("LIVE_REQUIRE", requirement(&library.module, version)),
        ];
        words.extend(go_test(context.is_some(), error.is_some(), name));
        let (imports, js_import, arguments, c_receiver) = match method {
            Some(receiver) => (
                "hooks, method",
                "method",
                format!("(\"{receiver}\", \"{name}\")"),
                format!("\"{receiver}\""),
            ),
            None => (
                "function, hooks",
                "func",
                format!("(\"{name}\")"),
                "NULL".to_owned(),
            ),
        };
        let matcher = if method.is_some() {
            "method"
        } else {
            "function"
        };
        words.push(("RUST_IMPORTS", imports.to_owned()));
        words.push(("RUST_MATCHER", format!("{matcher}{arguments}")));
        words.push(("JS_IMPORT", js_import.to_owned()));
        words.push(("JS_MATCHER", format!("{js_import}{arguments}")));
        words.push(("C_RECEIVER", c_receiver));
        let (rust, c) = match context {
            Some(Place { index, word }) => (
                format!(".arguments([\"{word}\"])\n                .replaces([\"{word}\"])"),
                format!(
                    "\t\tweft_pass(hook, {index}); // {word}\n\t\tweft_replace(hook, {index});\n"
                ),
            ),
            None => (".arguments([])".to_owned(), String::new()),
        };
        words.push(("JS_ARGUMENTS", rust.replace("        .", ".")));
        words.push(("RUST_ARGUMENTS", rust));
        words.push(("C_ARGUMENTS", c));
        let (rust, c) = match error {
            Some(Place { index, word }) => (
                format!(".results([\"{word}\"])"),
                format!("\t\tweft_pass_result(hook, {index}); // the error\n"),
            ),
            None => (".results([])".to_owned(), String::new()),
        };
        words.push(("RESULTS", rust));
        words.push(("C_RESULTS", c));
        let variable = match (context, error) {
            (None, None) => "",
            _ => "weft_hook *hook = ",
        };
        words.push(("C_HOOK", variable.to_owned()));
        Self(words)
    }

    /// The files, by path.
    pub fn files(&self, language: Language) -> Vec<(&'static str, String)> {
        let own: &[(&str, &str)] = match language {
            Language::Rust => &[
                ("Cargo.toml", include_str!("templates/Cargo.toml")),
                ("src/lib.rs", include_str!("templates/lib.rs.txt")),
            ],
            Language::C => &[("plugin.c", include_str!("templates/plugin.c"))],
            Language::JavaScript => &[
                ("plugin.js", include_str!("templates/plugin.js")),
                ("package.json", include_str!("templates/package.json")),
            ],
        };
        let common: [(&str, &str); 7] = [
            ("go/go.mod", include_str!("templates/go.mod.txt")),
            ("go/hooks.go", include_str!("templates/hooks.go.txt")),
            (
                "go/hooks_test.go",
                include_str!("templates/hooks_test.go.txt"),
            ),
            ("live/go.mod", include_str!("templates/live/go.mod.txt")),
            ("live/main.go", include_str!("templates/live/main.go.txt")),
            ("README.md", include_str!("templates/README.md")),
            (".gitignore", include_str!("templates/gitignore")),
        ];
        own.iter()
            .chain(&common)
            .map(|(path, text)| (*path, self.fill(text)))
            .collect()
    }

    fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (word, value) in &self.0 {
            text = text.replace(&format!("{{{{{word}}}}}"), value);
        }
        text
    }
}

/// `my-tenant` as the name of a type.
fn type_name(name: &str) -> String {
    name.split('-')
        .map(|part| part[..1].to_uppercase() + &part[1..])
        .collect()
}

/// From the minor version at hand to the next major one; empty for the standard library.
fn range(version: &str) -> String {
    let mut numbers = version.trim_start_matches('v').split(['.', '-']);
    let mut number = || numbers.next()?.parse::<u64>().ok();
    match (number(), number()) {
        (Some(0), Some(minor)) => format!(">=0.{minor}, <1"),
        (Some(major), Some(minor)) => format!(">={major}.{minor}, <{}", major + 1),
        _ => String::new(),
    }
}

/// The lines of go.mod for a library; none for the standard library.
fn requirement(module: &str, version: &str) -> String {
    if module.is_empty() {
        return String::new();
    }
    format!("\nrequire {module} {version}\n")
}

fn go_before(has_context: bool, package: &str, name: &str) -> String {
    if has_context {
        return format!(
            "func before{name}(ctx context.Context) (*trace.Span, context.Context) {{\n\
             \treturn scope.Start(ctx, \"{package} {name}\", trace.KindClient)\n}}"
        );
    }
    format!(
        "func before{name}() *trace.Span {{\n\
         \treturn scope.StartLeaf(context.Background(), \"{package} {name}\", trace.KindInternal)\n}}"
    )
}

fn go_after(has_error: bool) -> String {
    if has_error {
        return "(span *trace.Span, err error) {\n\tif err != nil {\n\t\tspan.RecordError(err)\n\
                \t\tspan.SetError(err.Error())\n\t}\n\tspan.End()\n}"
            .to_owned();
    }
    "(span *trace.Span) {\n\tspan.End()\n}".to_owned()
}

/// What fills the test of the hooks.
fn go_test(has_context: bool, has_error: bool, name: &str) -> [(&'static str, String); 4] {
    let (span, kind) = if has_context {
        (
            format!("\tspan, _ := before{name}(t.Context())\n"),
            "trace.KindClient",
        )
    } else {
        (format!("\tspan := before{name}()\n"), "trace.KindInternal")
    };
    let (imports, after, status) = if has_error {
        (
            "\t\"errors\"\n",
            format!("\tafter{name}(span, errors.New(\"refused\"))\n"),
            " || got.Status != trace.StatusError",
        )
    } else {
        ("", format!("\tafter{name}(span)\n"), "")
    };
    [
        ("GO_TEST_IMPORTS", imports.to_owned()),
        ("GO_TEST_CALLS", span + &after),
        ("GO_KIND", kind.to_owned()),
        ("GO_TEST_STATUS", status.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_reach_to_the_next_major_version() {
        assert_eq!(range("v1.2.3"), ">=1.2, <2");
        assert_eq!(range("v0.3.1-0.20240101000000-0123456789ab"), ">=0.3, <1");
        assert_eq!(range("v9.7.0+incompatible"), ">=9.7, <10");
        assert_eq!(range(""), "");
    }

    #[test]
    fn names_of_types() {
        assert_eq!(type_name("my-tenant2"), "MyTenant2");
    }
}
