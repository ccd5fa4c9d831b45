//! Weaves small packages the way the host does.
#![allow(dead_code, reason = "each test binary uses a part")]

pub mod library;
pub mod plugged;
pub mod suite;
pub mod unweave;

use std::collections::BTreeMap;

use weft_weave::advice::{PluginAdvice, Resolved, resolve};
use weft_weave::hooks::HookPackages;
use weft_weave::model::{Advice, Argument, Hook, JoinPointKind, Matcher, MatcherTarget, Package};
use weft_weave::syntax::{GuessedNames, PackageSyntax};

/// A matcher for a function as people write it: `F`, `T.M` or `(*T).M`.
pub fn function(title: &str) -> Matcher {
    let (receiver, name) = match title.rsplit_once('.') {
        None => (None, title),
        Some((receiver, name)) => (Some(receiver.trim_matches(['(', ')']).to_owned()), name),
    };
    Matcher {
        target: MatcherTarget::Function {
            receiver,
            name: name.to_owned(),
        },
        must_match: true,
    }
}

/// A matcher for the uses of a function: `os.Exit`.
pub fn call(title: &str) -> Matcher {
    let (import_path, name) = title.rsplit_once('.').unwrap();
    Matcher {
        target: MatcherTarget::Call {
            import_path: import_path.to_owned(),
            name: name.to_owned(),
        },
        must_match: true,
    }
}

/// The package as the host hands it to a plugin.
pub fn package(syntax: &PackageSyntax, matchers: &[Matcher]) -> Package {
    Package {
        import_path: syntax.import_path.clone(),
        name: syntax.name.clone(),
        module_path: String::new(),
        module_version: String::new(),
        go_version: "go1.26.8".to_owned(),
        goos: "linux".to_owned(),
        goarch: "amd64".to_owned(),
        tags: Vec::new(),
        join_points: syntax.join_points(matchers).unwrap().join_points,
    }
}

/// One plugin named `test`.
pub fn resolve_one(
    syntax: &PackageSyntax,
    package: &Package,
    hooks: &HookPackages,
    advice: &[Advice],
) -> Result<Resolved, Vec<weft_weave::advice::AdviceError>> {
    let plugin = PluginAdvice {
        plugin: "test",
        hooks,
        advice,
        package,
    };
    resolve(syntax, &[plugin])
}

/// Passes everything and replaces what can be replaced.
pub fn hook_everything(package: &Package, join_point: u32, before: &str, after: &str) -> Hook {
    let JoinPointKind::Function(f) = &package.join_points[join_point as usize].kind else {
        panic!("join point {join_point} is no function");
    };
    let all = f.receiver.iter().chain(&f.parameters).collect::<Vec<_>>();
    let index = |n: usize| u32::try_from(n).unwrap();
    Hook {
        join_point,
        before: Some(before.to_owned()),
        after: Some(after.to_owned()),
        arguments: (0..all.len())
            .map(|n| Argument {
                index: index(n),
                fields: Vec::new(),
            })
            .collect(),
        replaces: (0..all.len())
            .filter(|n| all[*n].hook_type.is_some())
            .map(index)
            .collect(),
        results: (0..f.results.len()).map(index).collect(),
        replaces_results: (0..f.results.len())
            .filter(|n| f.results[*n].hook_type.is_some())
            .map(index)
            .collect(),
        ..Hook::default()
    }
}

/// Go source of hook functions that fit [`hook_everything`]: they take and return everything as `any`
/// where the type is not known here, and replace each value by itself.
pub fn hook_source(
    package: &Package,
    hook: &Hook,
    imports: &mut BTreeMap<String, String>,
) -> String {
    let JoinPointKind::Function(f) = &package.join_points[hook.join_point as usize].kind else {
        panic!("no function");
    };
    let all = f.receiver.iter().chain(&f.parameters).collect::<Vec<_>>();
    let mut spell = |parameter: &weft_weave::model::Parameter| match &parameter.hook_type {
        None => "interface{}".to_owned(),
        Some(hook_type) => {
            let mut text = hook_type.text.clone();
            for (n, path) in hook_type.imports.iter().enumerate() {
                let next = format!("i{}", imports.len());
                let alias = imports.entry(path.clone()).or_insert(next);
                text = text.replace(&format!("{{{n}}}."), &format!("{alias}."));
            }
            text
        }
    };
    let side = |indices: Vec<u32>,
                of: &[&weft_weave::model::Parameter],
                spell: &mut dyn FnMut(&weft_weave::model::Parameter) -> String| {
        indices
            .iter()
            .map(|n| (format!("p{n}"), spell(of[*n as usize])))
            .collect::<Vec<_>>()
    };
    let arguments = side(
        hook.arguments.iter().map(|a| a.index).collect(),
        &all,
        &mut spell,
    );
    let replaced = side(hook.replaces.clone(), &all, &mut spell);
    let results_of = f.results.iter().collect::<Vec<_>>();
    let results = side(hook.results.clone(), &results_of, &mut spell);
    let replaced_results = side(hook.replaces_results.clone(), &results_of, &mut spell);
    let list = |all: &[(String, String)]| {
        all.iter()
            .map(|(n, t)| format!("{n} {t}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let types = |all: &[(String, String)]| all.iter().map(|(_, t)| t.clone()).collect::<Vec<_>>();
    let names = |all: &[(String, String)]| all.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    let mut before_results = vec!["*Token".to_owned()];
    before_results.extend(types(&replaced));
    let mut before_returns = vec!["&Token{}".to_owned()];
    before_returns.extend(names(&replaced));
    let mut after_parameters = vec!["token *Token".to_owned()];
    if !results.is_empty() {
        after_parameters.push(list(&results));
    }
    format!(
        "func {}({}) ({}) {{ return {} }}\nfunc {}({}) ({}) {{ return {} }}\n",
        hook.before.as_ref().unwrap(),
        list(&arguments),
        before_results.join(", "),
        before_returns.join(", "),
        hook.after.as_ref().unwrap(),
        after_parameters.join(", "),
        types(&replaced_results).join(", "),
        names(&replaced_results).join(", "),
    )
}

/// A package of one file.
pub fn single(import_path: &str, name: &str, text: &str) -> PackageSyntax {
    PackageSyntax::parse(
        import_path,
        name,
        vec![("x.go".to_owned(), text.to_owned())],
        &GuessedNames,
    )
}
