//! What a plugin says of itself.

use crate::bindings::weft::plugin::types;

/// What a plugin is and which packages it cares about.
#[derive(Debug)]
pub struct Descriptor {
    name: String,
    version: String,
    license: String,
    description: String,
    interests: Vec<Interest>,
    hook_files: Vec<types::HookFile>,
    permissions: Vec<String>,
}

/// One Go file that the plugin carries, by its path below the folder `go/`; made by [`hooks!`].
///
/// [`hooks!`]: crate::hooks
#[derive(Debug, Clone, Copy)]
pub struct HookFile {
    /// Slash-separated path below the hook folder; each folder is one Go package.
    pub path: &'static str,
    /// The file's text.
    pub text: &'static str,
}

impl Descriptor {
    pub(crate) fn new(cargo: &crate::guest::Cargo) -> Self {
        let name = cargo.name;
        Self {
            name: name.strip_prefix("weft-plugin-").unwrap_or(name).to_owned(),
            version: cargo.version.to_owned(),
            license: cargo.license.to_owned(),
            description: cargo.description.to_owned(),
            interests: Vec::new(),
            hook_files: Vec::new(),
            permissions: Vec::new(),
        }
    }

    /// Names the plugin otherwise than its Cargo package (without `weft-plugin-`).
    pub fn name(&mut self, name: &str) -> &mut Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Asks for packages: an import path pattern as in `go help packages` (`...` matches any string,
    /// `main` every main package, `own` every package of the main modules) and a range of module versions such as `>=9.0, <10`; an empty one
    /// matches any. Versions of the standard library and of the main module are not looked at.
    #[expect(clippy::missing_panics_doc, reason = "it cannot happen")]
    pub fn interest(&mut self, import_path: &str, versions: &str) -> &mut Interest {
        self.interests.push(Interest(types::Interest {
            import_path: import_path.to_owned(),
            versions: versions.to_owned(),
            matchers: Vec::new(),
            attrs: Vec::new(),
        }));
        self.interests
            .last_mut()
            .expect("an interest was just added")
    }

    /// Carries Go hook files: `d.hooks(hooks!["hooks.go"])`.
    pub fn hooks<const N: usize>(&mut self, files: [HookFile; N]) -> &mut Self {
        self.hook_files
            .extend(files.into_iter().map(|file| types::HookFile {
                path: file.path.to_owned(),
                text: file.text.to_owned(),
            }));
        self
    }

    /// Asks for something that hooks may not do by default, by name: `import:os/signal`, `unsafe`,
    /// `linkname`. The user grants it when the plugin is added.
    pub fn permission(&mut self, name: &str) -> &mut Self {
        self.permissions.push(name.to_owned());
        self
    }

    pub(crate) fn into_wit(self) -> types::Descriptor {
        types::Descriptor {
            name: self.name,
            version: self.version,
            license: self.license,
            description: self.description,
            interests: self.interests.into_iter().map(|i| i.0).collect(),
            hook_files: self.hook_files,
            permissions: self.permissions,
            attrs: Vec::new(),
        }
    }
}

/// A cheap filter on packages and what is wanted of those that pass.
#[derive(Debug)]
pub struct Interest(types::Interest);

impl Interest {
    /// Asks about the join points that `matcher` names, if the package has any.
    pub fn matching(&mut self, matcher: Matcher) -> &mut Self {
        self.add(matcher, false)
    }

    /// Like [`matching`](Self::matching), but the user's build fails when the package has no such join
    /// point, instead of going on without telemetry.
    pub fn requiring(&mut self, matcher: Matcher) -> &mut Self {
        self.add(matcher, true)
    }

    fn add(&mut self, matcher: Matcher, must_match: bool) -> &mut Self {
        self.0.matchers.push(types::Matcher {
            target: matcher.0,
            must_match,
        });
        self
    }
}

/// What of a package a plugin wants to be asked about: [`method`], [`function`], [`directive`] or [`call`].
#[derive(Debug, Clone)]
pub struct Matcher(types::MatcherTarget);

/// Matches a method by its receiver's type as written, without type parameters and package
/// (`*baseClient`, `DB`), and its name; the name `*` matches any.
pub fn method(receiver: &str, name: &str) -> Matcher {
    Matcher(types::MatcherTarget::Function(types::FunctionMatcher {
        receiver: Some(receiver.to_owned()),
        name: name.to_owned(),
    }))
}

/// Matches a function without receiver; the name `*` matches any.
pub fn function(name: &str) -> Matcher {
    Matcher(types::MatcherTarget::Function(types::FunctionMatcher {
        receiver: None,
        name: name.to_owned(),
    }))
}

/// Matches functions and methods with a comment directive above them: `directive("//weft:span")`.
pub fn directive(directive: &str) -> Matcher {
    Matcher(types::MatcherTarget::Directive(directive.to_owned()))
}

/// Matches uses of another package's function: `call("os", "Exit")`.
pub fn call(import_path: &str, name: &str) -> Matcher {
    Matcher(types::MatcherTarget::Call(types::CallMatcher {
        import_path: import_path.to_owned(),
        name: name.to_owned(),
    }))
}
