//! Verifies advice and makes a plan of it.

mod call;
mod fields;
mod hook;
mod resolver;
mod site;
mod socket;
mod spelling;
mod wrapper;

use serde::{Deserialize, Serialize};

use crate::hooks::HookPackages;
use crate::model::{Advice, Package};
use crate::plan::PackagePlan;
use crate::plug::Plug;
use crate::syntax::PackageSyntax;

/// What one plugin wants done in a package.
#[derive(Debug)]
pub struct PluginAdvice<'a> {
    /// Plugin name.
    pub plugin: &'a str,
    /// The plugin's hook packages.
    pub hooks: &'a HookPackages,
    /// Its advice; join points are indices into [`Package::join_points`] of `package`.
    pub advice: &'a [Advice],
    /// The package as this plugin saw it, with the join points that its matchers named.
    pub package: &'a Package,
}

/// Verified advice.
#[derive(Debug)]
pub struct Resolved {
    /// What the compile step does.
    pub plan: PackagePlan,
    /// What the hook packages need; group by [`Plug::home`].
    pub plugs: Vec<Plug>,
    /// What is woven, for people.
    pub points: Vec<WovenPoint>,
}

/// One hook at one place, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WovenPoint {
    /// Plugin name.
    pub plugin: String,
    /// Base name of the file.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// The function or call, such as `(*baseClient).process` or `os.Exit`.
    pub target: String,
    /// What happens there, such as `before beforeProcess, after afterProcess`.
    pub action: String,
}

/// Advice that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin {plugin}: {import_path}: {place}{message}")]
pub struct AdviceError {
    /// Plugin name.
    pub plugin: String,
    /// Import path of the package.
    pub import_path: String,
    /// `file.go:12: ` or empty.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Verifies the advice of all plugins for one package and makes a plan of it. Plugins are taken in the
/// order of their names whatever the order given, so the plan does not depend on load order.
///
/// # Errors
///
/// Every piece of advice that cannot be followed, not only the first.
pub fn resolve(
    syntax: &PackageSyntax,
    plugins: &[PluginAdvice<'_>],
) -> Result<Resolved, Vec<AdviceError>> {
    let mut sorted = plugins.iter().collect::<Vec<_>>();
    sorted.sort_by_key(|plugin| plugin.plugin);
    let mut resolver = resolver::Resolver::new(syntax);
    for pair in sorted.windows(2) {
        if pair[0].plugin == pair[1].plugin {
            resolver.refuse(
                pair[0].plugin,
                "",
                Fault::new("two plugins have this name").help("give one of them another name"),
            );
        }
    }
    for plugin in sorted {
        for (n, advice) in plugin.advice.iter().enumerate() {
            let done = match advice {
                Advice::Hook(advice) => resolver.hook(plugin, n, advice),
                Advice::Detach { join_point } => resolver.detach(plugin, n, *join_point),
            };
            if let Err((place, fault)) = done {
                resolver.refuse(plugin.plugin, &place, fault);
            }
        }
    }
    resolver.finish()
}

/// What is wrong with a piece of advice.
#[derive(Debug)]
struct Fault {
    message: String,
    help: Option<String>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}
