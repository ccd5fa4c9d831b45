//! The one internal model of join points and advice. The plugin contract is lifted into it, the plan
//! is made of it, and the weaver reads nothing else; so every policy lives here and behind it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a plugin is and which packages it cares about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// Unique short name: lower-case letters, digits and hyphens.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// SPDX expression.
    pub license: String,
    /// One sentence for a person.
    pub description: String,
    /// Packages the plugin wants to be asked about.
    pub interests: Vec<Interest>,
    /// Go files of the plugin's hook packages, by slash-separated path below its hook folder.
    pub hook_files: BTreeMap<String, String>,
    /// What the hooks need beyond the default, such as `import:os/signal`.
    pub permissions: Vec<String>,
}

/// A cheap filter on packages and what is wanted of those that pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// Import path pattern; `...` matches any string, `main` any main package.
    pub import_path: String,
    /// Range of module versions; empty matches any.
    pub versions: String,
    /// What the plugin wants to be asked about.
    pub matchers: Vec<Matcher>,
}

/// One kind of join point a plugin wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matcher {
    /// What is matched.
    pub target: MatcherTarget,
    /// The build fails when an interesting package has no such join point.
    pub must_match: bool,
}

/// What a [`Matcher`] matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatcherTarget {
    /// Function and method declarations with a body.
    Function {
        /// Receiver's type without type parameters, such as `*baseClient`; None for plain functions.
        receiver: Option<String>,
        /// Function name; `*` matches any.
        name: String,
    },
    /// References to a function of another package.
    Call {
        /// Import path of the package that declares the function.
        import_path: String,
        /// Function name.
        name: String,
    },
    /// Functions and methods with a comment directive above them.
    Directive {
        /// Such as `//weft:span`; what follows it after a blank is not looked at.
        directive: String,
    },
}

/// A place in a package that a matcher named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinPoint {
    /// Base name of the file.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// What is there.
    pub kind: JoinPointKind,
}

impl JoinPoint {
    /// As people name it, and as the points of a plan name their targets: a function as [`title`] does, a
    /// function of another package with its import path.
    pub fn title(&self) -> String {
        match &self.kind {
            JoinPointKind::Function(function) => {
                let receiver = function.receiver.as_ref().map(|receiver| {
                    let written = receiver.go_type.split('[').next().unwrap_or_default();
                    written.trim()
                });
                title(receiver, &function.name)
            }
            JoinPointKind::Call(call) => format!("{}.{}", call.import_path, call.name),
        }
    }
}

/// A function as people name it: `F`, `T.M`, `(*T).M`. The receiver's type is without type parameters, as
/// matchers spell it.
pub fn title(receiver: Option<&str>, name: &str) -> String {
    match receiver {
        None => name.to_owned(),
        Some(pointer) if pointer.starts_with('*') => format!("({pointer}).{name}"),
        Some(value) => format!("{value}.{name}"),
    }
}

/// What a [`JoinPoint`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinPointKind {
    /// A function or method declaration with a body.
    Function(Function),
    /// The references to one function of another package in one file.
    Call(Call),
}

/// A function or method declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The receiver of a method.
    pub receiver: Option<Parameter>,
    /// Function name.
    pub name: String,
    /// Type parameters, the receiver's first.
    pub type_parameters: Vec<String>,
    /// Parameters, one entry a name.
    pub parameters: Vec<Parameter>,
    /// Results, one entry a name.
    pub results: Vec<Parameter>,
    /// Comment directives above the declaration, such as `//go:noinline`.
    pub directives: Vec<String>,
}

/// A receiver, parameter or result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Empty when it has none or `_`.
    pub name: String,
    /// As spelled; `...T` for a variadic parameter.
    pub go_type: String,
    /// The type as a hook package spells it; None when it cannot name it and gets `any`.
    pub hook_type: Option<HookType>,
}

/// A type as a hook package can spell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookType {
    /// Go text in which each package name is the placeholder `{n}` for `imports[n]`, such as
    /// `*{0}.Request`. A variadic parameter is a slice: `[]any` for `...any`.
    pub text: String,
    /// Import paths the text needs.
    pub imports: Vec<String>,
}

/// References to one function of another package, in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Import path of the declaring package.
    pub import_path: String,
    /// Function name.
    pub name: String,
    /// How many references the file has.
    pub count: u32,
    /// The function's declaration, in the words of its package. [`PackageSyntax::join_points`] knows its
    /// own package only and leaves it out; whoever knows the other fills it in.
    ///
    /// [`PackageSyntax::join_points`]: crate::syntax::PackageSyntax::join_points
    pub declaration: Option<Function>,
}

/// A package as plugins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Import path.
    pub import_path: String,
    /// Package name.
    pub name: String,
    /// Empty for the standard library.
    pub module_path: String,
    /// Such as `v9.23.0`; empty for the standard library and main modules.
    pub module_version: String,
    /// Such as `go1.26.8`.
    pub go_version: String,
    /// Target operating system.
    pub goos: String,
    /// Target architecture.
    pub goarch: String,
    /// Build tags given by the user.
    pub tags: Vec<String>,
    /// Matched join points.
    pub join_points: Vec<JoinPoint>,
}

/// What a plugin wants done at a join point of the package it was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// Calls hook functions before and after a function's body, or each use of another package's function.
    Hook(Hook),
    /// Marks a goroutine's entry function.
    Detach {
        /// Index into [`Package::join_points`].
        join_point: u32,
    },
}

/// See [`Advice::Hook`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Index into [`Package::join_points`].
    pub join_point: u32,
    /// Folder of the hook functions below the plugin's hook folder.
    pub folder: String,
    /// Go function called before the body or the call.
    pub before: Option<String>,
    /// Go function called when the function returns or panics.
    pub after: Option<String>,
    /// What both get first, after the token, as string constants.
    pub constants: Vec<String>,
    /// What `before` gets, in order.
    pub arguments: Vec<Argument>,
    /// Which receiver or parameters `before` replaces; see [`Argument::index`].
    pub replaces: Vec<u32>,
    /// Indices of the results that `after` gets.
    pub results: Vec<u32>,
    /// Indices of the results that `after` replaces.
    pub replaces_results: Vec<u32>,
    /// Lower runs `before` earlier and `after` later.
    pub order: i32,
}

/// A value that a hook gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// 0 is the receiver where there is one; parameters follow.
    pub index: u32,
    /// Field names to follow from it; none at a call.
    pub fields: Vec<String>,
}
