//! The package a plugin is asked about.

use crate::bindings::weft::plugin::types;
use crate::settings::Settings;

pub use types::Parameter;

/// One interesting package with its matched join points.
#[derive(Debug)]
pub struct Package {
    raw: types::GoPackage,
    settings: Settings,
}

impl Package {
    pub(crate) fn new(raw: types::GoPackage, settings: Settings) -> Self {
        Self { raw, settings }
    }

    /// Import path.
    pub fn import_path(&self) -> &str {
        &self.raw.import_path
    }

    /// Package name.
    pub fn name(&self) -> &str {
        &self.raw.name
    }

    /// Path of the module; empty for the standard library.
    pub fn module_path(&self) -> &str {
        &self.raw.module_path
    }

    /// Version of the module, such as `v9.23.0`; empty for the standard library and the main module.
    pub fn module_version(&self) -> &str {
        &self.raw.module_version
    }

    /// Version of Go, such as `go1.26.8`.
    pub fn go_version(&self) -> &str {
        &self.raw.go_version
    }

    /// Operating system that is built for.
    pub fn goos(&self) -> &str {
        &self.raw.goos
    }

    /// Architecture that is built for.
    pub fn goarch(&self) -> &str {
        &self.raw.goarch
    }

    /// Build tags given by the user.
    pub fn tags(&self) -> &[String] {
        &self.raw.tags
    }

    /// The settings that `describe` got.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Matched functions and methods, in the order of files and lines.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        self.join_points()
            .filter_map(|(index, point)| match &point.kind {
                types::JoinPointKind::Function(raw) => Some(Function { index, raw, point }),
                types::JoinPointKind::Call(_) => None,
            })
    }

    /// Matched uses of other packages' functions: one item a function and file.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.join_points()
            .filter_map(|(index, point)| match &point.kind {
                types::JoinPointKind::Call(raw) => Some(Call { index, raw, point }),
                types::JoinPointKind::Function(_) => None,
            })
    }

    fn join_points(&self) -> impl Iterator<Item = (u32, &types::JoinPoint)> {
        (0..).zip(&self.raw.join_points)
    }
}

/// A function or method declaration with a body.
#[derive(Debug, Clone, Copy)]
pub struct Function<'a> {
    pub(crate) index: u32,
    raw: &'a types::Function,
    point: &'a types::JoinPoint,
}

impl<'a> Function<'a> {
    /// The function's name.
    pub fn name(self) -> &'a str {
        &self.raw.name
    }

    /// The receiver's type without type parameters, such as `*baseClient`; None for a function
    /// without receiver.
    pub fn receiver(self) -> Option<&'a str> {
        let spelled = &self.raw.receiver.as_ref()?.go_type;
        Some(spelled.split('[').next().unwrap_or(spelled).trim_end())
    }

    /// Whether this is that method: `f.is_method("*baseClient", "process")`.
    pub fn is_method(self, receiver: &str, name: &str) -> bool {
        self.name() == name && self.receiver() == Some(receiver)
    }

    /// Names of type parameters, the receiver's first.
    pub fn type_parameters(self) -> &'a [String] {
        &self.raw.type_parameters
    }

    /// Parameters without the receiver, one a name.
    pub fn parameters(self) -> &'a [Parameter] {
        &self.raw.parameters
    }

    /// Results, one a name.
    pub fn results(self) -> &'a [Parameter] {
        &self.raw.results
    }

    /// Comment directives above the declaration, such as `//go:noinline`.
    pub fn directives(self) -> &'a [String] {
        &self.raw.directives
    }

    /// Base name of the file.
    pub fn file(self) -> &'a str {
        &self.point.file
    }

    /// 1-based line.
    pub fn line(self) -> u32 {
        self.point.line
    }

    pub(crate) fn receiver_parameter(self) -> Option<&'a Parameter> {
        self.raw.receiver.as_ref()
    }
}

/// Uses of one function of another package, in one file.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub(crate) index: u32,
    raw: &'a types::Call,
    point: &'a types::JoinPoint,
}

impl<'a> Call<'a> {
    /// Import path of the package that declares the function.
    pub fn import_path(self) -> &'a str {
        &self.raw.import_path
    }

    /// The function's name.
    pub fn name(self) -> &'a str {
        &self.raw.name
    }

    /// The function's declaration; None when the host does not find it.
    pub fn declaration(self) -> Option<Function<'a>> {
        let raw = self.raw.declaration.as_ref()?;
        Some(Function {
            index: self.index,
            raw,
            point: self.point,
        })
    }

    /// How many uses the file has.
    pub fn count(self) -> u32 {
        self.raw.count
    }

    /// Whether this is that function: `c.is("os", "Exit")`.
    pub fn is(self, import_path: &str, name: &str) -> bool {
        self.import_path() == import_path && self.name() == name
    }

    /// Base name of the file.
    pub fn file(self) -> &'a str {
        &self.point.file
    }

    /// 1-based line of the first use.
    pub fn line(self) -> u32 {
        self.point.line
    }
}

/// What can be hooked: a function, or the uses of another package's.
#[derive(Debug, Clone, Copy)]
pub enum Hookable<'a> {
    /// A function or method declaration with a body.
    Function(Function<'a>),
    /// Uses of one function of another package.
    Call(Call<'a>),
}

impl<'a> From<Function<'a>> for Hookable<'a> {
    fn from(function: Function<'a>) -> Self {
        Self::Function(function)
    }
}

impl<'a> From<Call<'a>> for Hookable<'a> {
    fn from(call: Call<'a>) -> Self {
        Self::Call(call)
    }
}

impl<'a> Hookable<'a> {
    pub(crate) fn index(self) -> u32 {
        match self {
            Self::Function(function) => function.index,
            Self::Call(call) => call.index,
        }
    }

    pub(crate) fn receiver_parameter(self) -> Option<&'a Parameter> {
        match self {
            Self::Function(function) => function.receiver_parameter(),
            Self::Call(_) => None,
        }
    }

    pub(crate) fn parameters(self) -> &'a [Parameter] {
        self.declaration().map_or(&[], Function::parameters)
    }

    pub(crate) fn results(self) -> &'a [Parameter] {
        self.declaration().map_or(&[], Function::results)
    }

    /// What a person calls it, in the package `import_path`.
    pub(crate) fn title(self, import_path: &str) -> String {
        match self {
            Self::Function(function) => match function.receiver() {
                Some(receiver) => format!("{import_path}.({receiver}).{}", function.name()),
                None => format!("{import_path}.{}", function.name()),
            },
            Self::Call(call) => format!("{}.{}", call.import_path(), call.name()),
        }
    }

    fn declaration(self) -> Option<Function<'a>> {
        match self {
            Self::Function(function) => Some(function),
            Self::Call(call) => call.declaration(),
        }
    }
}
