//! One package: its join points, the plugins' advice on them, and the verified plan.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use weft_weave::advice::{PluginAdvice, WovenPoint, resolve};
use weft_weave::model::{Function, JoinPoint, JoinPointKind, Matcher, MatcherTarget, Package};
use weft_weave::plan::PackagePlan;
use weft_weave::plug::Plug;
use weft_weave::syntax::{PackageSyntax, Refused, SourceFile};

use super::graph::{Graph, NamesIn};
use super::stance::Stance;
use super::{Plan, PlanError};
use crate::cache::Cache;
use crate::gocmd::{GoEnvironment, ListedPackage};
use crate::plugins::{LoadedPlugin, PluginSet};

/// A package with advice.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WovenPackage {
    /// Import path.
    pub import_path: String,
    /// Module version; the Go version for the standard library; empty for main modules.
    pub version: String,
    /// Its folder.
    pub directory: PathBuf,
    /// What the compile step does.
    pub plan: PackagePlan,
    /// What the hook packages need.
    pub plugs: Vec<Plug>,
    /// What is woven, for people.
    pub points: Vec<WovenPoint>,
    /// Files that the user's overlay replaces.
    pub replaced: BTreeMap<String, PathBuf>,
}

/// Something that a plugin names and that is not woven.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    /// Import path of the package.
    pub import_path: String,
    /// Module version.
    pub version: String,
    /// Plugin name.
    pub plugin: String,
    /// The function that the plugin names; None where it is about the package.
    pub target: Option<String>,
    /// Why it is not woven.
    pub reason: String,
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            import_path,
            version,
            plugin,
            reason,
            ..
        } = self;
        let space = if version.is_empty() { "" } else { " " };
        write!(
            f,
            "{import_path}{space}{version}: not woven by {plugin}: {reason}"
        )
    }
}

/// What all packages of a build are woven with.
#[derive(Debug)]
pub struct Weaving<'a> {
    /// The plugins.
    pub plugins: &'a PluginSet,
    /// All packages.
    pub graph: &'a Graph<'a>,
    /// The go command's settings.
    pub environment: &'a GoEnvironment,
    /// The user's overlay.
    pub replaced: &'a BTreeMap<PathBuf, PathBuf>,
    /// The user's build tags, as given.
    pub tags: &'a str,
    /// For plugins' answers.
    pub cache: &'a Cache,
    /// Declarations of the functions that packages use of each other, looked up once for the build.
    pub callees: RefCell<Callees>,
}

impl Weaving<'_> {
    /// Plans one package and adds it to the plan, if plugins want anything woven there.
    pub fn weave(&self, package: &ListedPackage, plan: &mut Plan) -> Result<(), PlanError> {
        let wanted = self.wanted(package, plan);
        if wanted.is_empty() {
            return Ok(());
        }
        let any = |holds: &dyn Fn(&Matcher) -> bool| {
            wanted
                .iter()
                .any(|(_, matchers)| matchers.iter().any(holds))
        };
        if !any(&|matcher| may_import(package, matcher)) {
            return Ok(());
        }
        let files = self.read(package)?;
        if !any(&|matcher| may_import(package, matcher) && may_name(&files, matcher)) {
            return Ok(());
        }
        let syntax = self.parse(package, files);
        let mut asked = Vec::new();
        for (plugin, matchers) in wanted {
            let mut join_points = match syntax.join_points(&matchers) {
                Ok(matched) if matched.has_duplicates() => {
                    plan.unparsed.push(package.import_path.clone());
                    return Ok(());
                }
                Ok(matched) => {
                    let skip = |refused: Refused| {
                        self.skipped(package, plugin, Some(refused.target), refused.text)
                    };
                    plan.skipped.extend(matched.refused.into_iter().map(skip));
                    plan.asked(&package.import_path, plugin.name(), &matched.join_points);
                    matched.join_points
                }
                Err(_) if self.has_syntax_errors(package)? => {
                    plan.unparsed.push(package.import_path.clone());
                    return Ok(());
                }
                Err(source) => {
                    return Err(PlanError::Match {
                        plugin: plugin.name().to_owned(),
                        import_path: package.import_path.clone(),
                        version: self.version(package),
                        source,
                    });
                }
            };
            if join_points.is_empty() {
                continue;
            }
            self.declare_callees(&mut join_points)?;
            let seen = self.as_plugins_see(package, join_points);
            let advice = plugin.advise(&seen, self.cache)?;
            if !advice.is_empty() {
                asked.push((plugin, seen, advice));
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        let advice: Vec<_> = asked
            .iter()
            .map(|(plugin, seen, advice)| {
                Ok(PluginAdvice {
                    plugin: plugin.name(),
                    hooks: plugin.hooks()?,
                    advice,
                    package: seen,
                })
            })
            .collect::<Result<_, PlanError>>()?;
        let resolved = resolve(&syntax, &advice).map_err(|errors| PlanError::Advice {
            directory: package.dir.clone(),
            errors,
        })?;
        if !resolved.plan.is_empty() {
            plan.packages.push(WovenPackage {
                import_path: package.import_path.clone(),
                version: self.version(package),
                directory: package.dir.clone(),
                plan: resolved.plan,
                plugs: resolved.plugs,
                points: resolved.points,
                replaced: self.replaced_files(package),
            });
        }
        Ok(())
    }

    /// The plugins that are interested in a package, with what each wants to be asked about. Notes those
    /// that know the package but not its version.
    fn wanted(
        &self,
        package: &ListedPackage,
        plan: &mut Plan,
    ) -> Vec<(&LoadedPlugin, Vec<Matcher>)> {
        let is_program = package.is_main() && !package.dep_only;
        let mut wanted = Vec::new();
        let denied = self.plugins.denies_package(&package.import_path);
        for (plugin, interest) in self.plugins.interested(package, is_program) {
            if let Some(reason) = &denied {
                plan.skipped
                    .push(self.skipped(package, plugin, None, reason.clone()));
                continue;
            }
            let stance = |other_versions, matchers| Stance {
                import_path: package.import_path.clone(),
                plugin: plugin.name().to_owned(),
                other_versions,
                matchers,
                asked: Vec::new(),
            };
            if let Some(other) = interest.other_versions {
                let versions = other.ranges.join(" or ");
                let reason = format!("it covers versions {versions}");
                plan.skipped
                    .push(self.skipped(package, plugin, None, reason));
                plan.stances.push(stance(Some(versions), other.matchers));
            }
            if !interest.matchers.is_empty() {
                plan.stances.push(stance(None, interest.matchers.clone()));
                wanted.push((plugin, interest.matchers));
            }
        }
        wanted
    }

    fn skipped(
        &self,
        package: &ListedPackage,
        plugin: &LoadedPlugin,
        target: Option<String>,
        reason: String,
    ) -> Skipped {
        Skipped {
            import_path: package.import_path.clone(),
            version: self.version(package),
            plugin: plugin.name().to_owned(),
            target,
            reason,
        }
    }

    fn parse(&self, package: &ListedPackage, files: Vec<(String, String)>) -> PackageSyntax {
        let names = NamesIn {
            graph: self.graph,
            standard: package.standard,
        };
        let mut syntax = PackageSyntax::parse(&package.import_path, &package.name, files, &names);
        syntax.type_parameters_allowed = package.allows_type_parameters();
        syntax
    }

    /// Whether a package does not parse: the compiler says best what is wrong with it.
    fn has_syntax_errors(&self, package: &ListedPackage) -> Result<bool, PlanError> {
        let files = self.read(package)?;
        Ok(files
            .iter()
            .any(|(name, text)| !SourceFile::parse(name, text).errors().is_empty()))
    }

    fn read(&self, package: &ListedPackage) -> Result<Vec<(String, String)>, PlanError> {
        read(package, self.replaced)
    }

    fn replaced_files(&self, package: &ListedPackage) -> BTreeMap<String, PathBuf> {
        package
            .compiled_files()
            .filter_map(|name| {
                Some((
                    name.to_owned(),
                    self.replaced.get(&package.dir.join(name))?.clone(),
                ))
            })
            .collect()
    }

    fn as_plugins_see(&self, package: &ListedPackage, join_points: Vec<JoinPoint>) -> Package {
        Package {
            import_path: package.import_path.clone(),
            name: package.name.clone(),
            module_path: package
                .module
                .as_ref()
                .map(|module| module.path.clone())
                .unwrap_or_default(),
            module_version: package.module_version().to_owned(),
            go_version: self.environment.goversion.clone(),
            goos: self.environment.goos.clone(),
            goarch: self.environment.goarch.clone(),
            tags: self
                .tags
                .split([',', ' '])
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect(),
            join_points,
        }
    }

    /// Adds the declarations of the functions of other packages that are used.
    fn declare_callees(&self, points: &mut [JoinPoint]) -> Result<(), PlanError> {
        let mut known = self.callees.borrow_mut();
        for point in points {
            let JoinPointKind::Call(call) = &mut point.kind else {
                continue;
            };
            let key = (call.import_path.clone(), call.name.clone());
            if let Some(declaration) = known.get(&key) {
                call.declaration.clone_from(declaration);
                continue;
            }
            let Some(package) = self.graph.get(&call.import_path) else {
                continue;
            };
            let files = self.read(package)?;
            call.declaration = self.parse(package, files).function(&call.name);
            known.insert(key, call.declaration.clone());
        }
        Ok(())
    }

    fn version(&self, package: &ListedPackage) -> String {
        version(package, self.environment)
    }
}

/// The version that people know a package by.
pub fn version(package: &ListedPackage, environment: &GoEnvironment) -> String {
    if package.standard {
        environment.goversion.clone()
    } else {
        package.module_version().to_owned()
    }
}

/// A package's Go files as the compiler will see them, by name.
pub fn read(
    package: &ListedPackage,
    replaced: &BTreeMap<PathBuf, PathBuf>,
) -> Result<Vec<(String, String)>, PlanError> {
    let read = |name: &str| {
        let path = package.dir.join(name);
        let path = replaced.get(&path).unwrap_or(&path);
        match std::fs::read(path) {
            // Text that is not UTF-8 has no place that could be woven; the compiler refuses it.
            Ok(content) => Ok((
                name.to_owned(),
                String::from_utf8(content).unwrap_or_default(),
            )),
            Err(source) => Err(PlanError::Source {
                path: path.clone(),
                source,
            }),
        }
    };
    package.compiled_files().map(read).collect()
}

/// Declarations of functions of other packages, by import path and name, as far as they were found.
pub type Callees = HashMap<(String, String), Option<Function>>;

/// Whether a package can have what a matcher names, by its imports: a look that spares reading it. A
/// declaration that must be there is looked for in earnest, for the error it may cause.
fn may_import(package: &ListedPackage, matcher: &Matcher) -> bool {
    match &matcher.target {
        MatcherTarget::Function { .. } | MatcherTarget::Directive { .. } => true,
        MatcherTarget::Call { import_path, .. } => {
            matcher.must_match || package.imports.contains(import_path)
        }
    }
}

/// Whether a matcher's function is named in any file: a look at the text that spares parsing it.
fn may_name(files: &[(String, String)], matcher: &Matcher) -> bool {
    match &matcher.target {
        MatcherTarget::Function { .. } => true,
        MatcherTarget::Call { name: word, .. } | MatcherTarget::Directive { directive: word } => {
            matcher.must_match || files.iter().any(|(_, text)| text.contains(word))
        }
    }
}
