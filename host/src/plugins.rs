//! The plugins of a build: those that weft brings along and those that the user names.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use weft_plugin_host::interest::{Candidate, Interests, Place};
use weft_plugin_host::{Config, Engine, Limits, Plugin, PluginError, Settings};
use weft_weave::hooks::{HookFileError, HookPackages};
use weft_weave::model::{Advice, Descriptor, Matcher, Package};
use weft_weave::plug::{Plug, PlugHome};

use crate::cache::{Cache, CacheError, Kind};
use crate::embedded;
use crate::gocmd::ListedPackage;
use crate::manifest::WovenBy;
use crate::overlay::HookFolder;

/// Why plugins cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A plugin file cannot be read.
    #[error("failed to read the plugin {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Two plugins with one name.
    #[error("two plugins are named {name}")]
    SameName {
        /// The name.
        name: String,
    },
    /// A plugin does not run, does not answer, or asks for what it may not have.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// A plugin fails over a package.
    #[error("{source} (asked about {import_path})")]
    Advise {
        /// The package.
        import_path: String,
        /// What the plugin did.
        source: PluginError,
    },
    /// A plugin of the user's asks for what nobody granted.
    #[error("plugin {plugin} asks for permissions that are not granted: {}", permissions.join(", "))]
    Permissions {
        /// Plugin name.
        plugin: String,
        /// What it asks for.
        permissions: Vec<String>,
    },
    /// A plugin's hook files do not parse.
    #[error("plugin {plugin}: {source}")]
    HookFiles {
        /// Plugin name.
        plugin: String,
        /// What is wrong.
        source: HookFileError,
    },
    /// The cache directory.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

impl LoadError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "W0240",
            Self::SameName { .. } => "W0241",
            Self::Permissions { .. } => "W0242",
            Self::HookFiles { .. } => "W0243",
            Self::Plugin(error) | Self::Advise { source: error, .. } => error.code(),
            Self::Cache(_) => "W0501",
        }
    }

    /// What the user can do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Read { .. } => {
                "name a readable WebAssembly component with --plugin or WEFT_PLUGINS"
            }
            Self::SameName { .. } => "leave one of them out, or have its author rename it",
            Self::Permissions {
                plugin,
                permissions,
            } => {
                let flags: Vec<_> = permissions
                    .iter()
                    .map(|permission| format!("--plugin-permission {plugin}={permission}"))
                    .collect();
                return Some(format!(
                    "if you trust the plugin with that, grant it: {}",
                    flags.join(" ")
                ));
            }
            Self::HookFiles { .. } => "the plugin's author has to mend its hook files",
            Self::Plugin(error) | Self::Advise { source: error, .. } => return error.help(),
            Self::Cache(_) => "set WEFT_CACHE to a directory that you can write to",
        };
        Some(help.to_owned())
    }
}

/// Plugins that the user names, and what they may do.
#[derive(Debug, Clone, Default)]
pub struct UserPlugins {
    /// WebAssembly components.
    pub files: Vec<PathBuf>,
    /// Permissions beyond the default, as `name=permission`.
    pub permissions: Vec<String>,
}

impl UserPlugins {
    /// Fails when a plugin asks for a permission that was not granted to it.
    fn check(&self, descriptor: &Descriptor) -> Result<(), LoadError> {
        let name = &descriptor.name;
        let granted =
            |permission: &String| self.permissions.contains(&format!("{name}={permission}"));
        let missing: Vec<_> = descriptor
            .permissions
            .iter()
            .filter(|permission| !granted(permission))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(LoadError::Permissions {
            plugin: name.clone(),
            permissions: missing.into_iter().cloned().collect(),
        })
    }
}

/// One plugin of a build.
#[derive(Debug)]
pub struct LoadedPlugin {
    plugin: Plugin,
    descriptor: Descriptor,
    /// Read when they are first asked for: most plugins of most builds have nothing to do.
    hooks: OnceLock<HookPackages>,
}

impl LoadedPlugin {
    /// Asks a plugin what it is.
    fn new(plugin: Plugin) -> Result<Self, LoadError> {
        Ok(Self {
            descriptor: plugin.descriptor(&Settings::new())?,
            plugin,
            hooks: OnceLock::new(),
        })
    }

    /// The plugin's name.
    pub fn name(&self) -> &str {
        &self.descriptor.name
    }

    /// Its hook packages.
    pub fn hooks(&self) -> Result<&HookPackages, LoadError> {
        if let Some(hooks) = self.hooks.get() {
            return Ok(hooks);
        }
        let read = HookPackages::parse(&self.descriptor.hook_files).map_err(|source| {
            LoadError::HookFiles {
                plugin: self.descriptor.name.clone(),
                source,
            }
        })?;
        Ok(self.hooks.get_or_init(|| read))
    }

    /// What a plugin wants woven into a package; asked once for the same package and plugin.
    pub fn advise(&self, package: &Package, cache: &Cache) -> Result<Vec<Advice>, LoadError> {
        let question = serde_json::to_vec(package).expect("a package is valid JSON");
        let mut hasher = blake3::Hasher::new();
        hasher.update(embedded::BUILD_ID.as_bytes());
        hasher.update(self.plugin.digest().as_bytes());
        hasher.update(&question);
        let name = format!("{}.json", hasher.finalize().to_hex());
        if let Some(answer) = cache.read(Kind::Advice, &name)?
            && let Ok(advice) = serde_json::from_slice(&answer)
        {
            return Ok(advice);
        }
        let advice = self
            .plugin
            .advise(package, &Settings::new())
            .map_err(|source| LoadError::Advise {
                import_path: package.import_path.clone(),
                source,
            })?;
        let answer = serde_json::to_vec(&advice).expect("advice is valid JSON");
        cache.keep(Kind::Advice, &name, &answer)?;
        Ok(advice)
    }
}

/// How a plugin stands to a package that it names.
#[derive(Debug, Default)]
pub struct Interested {
    /// The join points that it wants to be asked about.
    pub matchers: Vec<Matcher>,
    /// What it would want of other versions of the package, where it covers only others.
    pub other_versions: Option<OtherVersions>,
}

/// See [`Interested::other_versions`].
#[derive(Debug, Default)]
pub struct OtherVersions {
    /// Their ranges.
    pub ranges: Vec<String>,
    /// The join points there.
    pub matchers: Vec<Matcher>,
}

/// All plugins of a build, sorted by name, so that nothing depends on the order of loading.
#[derive(Debug)]
pub struct PluginSet {
    plugins: Vec<LoadedPlugin>,
    interests: Interests,
}

impl PluginSet {
    /// Loads the embedded plugins and those in the files named. No WebAssembly runs for an embedded plugin,
    /// and none for one whose descriptor is in the cache.
    pub fn load(cache: &Cache, user: &UserPlugins) -> Result<Self, LoadError> {
        let engine = Engine::new(Config {
            cache: Some(cache.open_folder(Kind::Plugins)?),
            host_version: env!("CARGO_PKG_VERSION").to_owned(),
            host_build: embedded::BUILD_ID.to_owned(),
            limits: Limits::default(),
        });
        let mut plugins = embedded::PLUGINS
            .iter()
            .map(|packed| LoadedPlugin::new(engine.load_packed(packed)))
            .collect::<Result<Vec<_>, _>>()?;
        for path in &user.files {
            let component = std::fs::read(path).map_err(|source| LoadError::Read {
                path: path.clone(),
                source,
            })?;
            let plugin = LoadedPlugin::new(engine.load(&path.to_string_lossy(), component))?;
            user.check(&plugin.descriptor)?;
            plugin.hooks()?;
            plugins.push(plugin);
        }
        plugins.sort_by(|a, b| a.name().cmp(b.name()));
        if let Some(pair) = plugins
            .windows(2)
            .find(|pair| pair[0].name() == pair[1].name())
        {
            return Err(LoadError::SameName {
                name: pair[0].name().to_owned(),
            });
        }
        let interests = Interests::new(plugins.iter().map(|plugin| &plugin.descriptor))
            .expect("version ranges of checked descriptors parse");
        Ok(Self { plugins, interests })
    }

    /// Name and version of each plugin.
    pub fn names(&self) -> Vec<(String, String)> {
        let name = |plugin: &LoadedPlugin| {
            (
                plugin.descriptor.name.clone(),
                plugin.descriptor.version.clone(),
            )
        };
        self.plugins.iter().map(name).collect()
    }

    /// What a program with hooks of a plugin says of it.
    ///
    /// # Panics
    /// When there is no such plugin.
    pub fn woven_by(&self, name: &str) -> WovenBy {
        let found = self.plugins.iter().find(|plugin| plugin.name() == name);
        let LoadedPlugin {
            plugin, descriptor, ..
        } = found.expect("what is woven is woven by a loaded plugin");
        WovenBy {
            name: name.to_owned(),
            version: descriptor.version.clone(),
            license: descriptor.license.clone(),
            digest: plugin.digest().to_string(),
        }
    }

    /// The import path patterns that plugins name, each with the plugin's name.
    pub fn interests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.plugins.iter().flat_map(|plugin| {
            let interests = plugin.descriptor.interests.iter();
            interests.map(|interest| (plugin.name(), interest.import_path.as_str()))
        })
    }

    /// The plugins that name a package, each with what it wants of it.
    pub fn interested(
        &self,
        package: &ListedPackage,
        is_program: bool,
    ) -> Vec<(&LoadedPlugin, Interested)> {
        let version = package.module_version();
        let candidate = Candidate {
            import_path: &package.import_path,
            is_main: is_program,
            standard: package.standard,
            module_version: (!version.is_empty()).then_some(version),
        };
        let met = self.interests.of(candidate);
        let named = self.interests.of(Candidate {
            module_version: None,
            ..candidate
        });
        let interest =
            |place: &Place| &self.plugins[place.plugin].descriptor.interests[place.interest];
        let mut interested: BTreeMap<usize, Interested> = BTreeMap::new();
        for place in &named {
            let entry = interested.entry(place.plugin).or_default();
            let matchers = interest(place).matchers.iter().cloned();
            // A plugin may have an interest for each range of versions, and one in all packages besides.
            let path = &interest(place).import_path;
            let is_met =
                |met: &Place| met.plugin == place.plugin && interest(met).import_path == *path;
            if met.contains(place) {
                entry.matchers.extend(matchers);
            } else if !met.iter().any(is_met) {
                let other = entry.other_versions.get_or_insert_default();
                other.ranges.push(interest(place).versions.clone());
                other.matchers.extend(matchers);
            }
        }
        interested
            .into_iter()
            .map(|(plugin, interest)| (&self.plugins[plugin], interest))
            .collect()
    }

    /// The hook folders that plugs belong to, each with its plugs, sorted by path.
    pub fn hook_folders<'a>(
        &'a self,
        plugs: impl Iterator<Item = &'a Plug>,
    ) -> Result<Vec<HookFolder<'a>>, LoadError> {
        let mut folders: BTreeMap<&PlugHome, HookFolder<'a>> = BTreeMap::new();
        for plug in plugs {
            let folder = match folders.entry(&plug.home) {
                Entry::Occupied(folder) => folder.into_mut(),
                Entry::Vacant(place) => place.insert(match &plug.home {
                    PlugHome::Detach => HookFolder::of_detach(),
                    PlugHome::Folder { plugin, folder } => self.hook_folder(plugin, folder)?,
                }),
            };
            folder.plugs.push(plug.clone());
        }
        Ok(folders.into_values().collect())
    }

    fn hook_folder(&self, plugin: &str, folder: &str) -> Result<HookFolder<'_>, LoadError> {
        let found = self
            .plugins
            .iter()
            .find(|candidate| candidate.name() == plugin);
        let loaded = found.expect("plugs are made for loaded plugins");
        let package = loaded
            .hooks()?
            .folders
            .get(folder)
            .expect("plugs are made for hook folders that exist");
        let files = loaded
            .descriptor
            .hook_files
            .iter()
            .filter_map(|(path, text)| {
                let path = Path::new(path);
                let inside = path.parent() == Some(Path::new(folder));
                inside
                    .then(|| Some((path.file_name()?.to_str()?, text.as_str())))
                    .flatten()
            });
        Ok(HookFolder::of_plugin(
            plugin,
            folder,
            &package.name,
            files.collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was compiled when weft was built is what runs; it would be a silent loss of a second.
    #[test]
    fn embedded_plugins_are_not_compiled_again() {
        let engine = Engine::new(Config {
            cache: None,
            host_version: env!("CARGO_PKG_VERSION").to_owned(),
            host_build: embedded::BUILD_ID.to_owned(),
            limits: Limits::default(),
        });
        let nowhere = Package {
            import_path: "example.com/nowhere".to_owned(),
            name: "nowhere".to_owned(),
            module_path: String::new(),
            module_version: String::new(),
            go_version: "go1.26.8".to_owned(),
            goos: "linux".to_owned(),
            goarch: "amd64".to_owned(),
            tags: Vec::new(),
            join_points: Vec::new(),
        };
        for packed in embedded::PLUGINS {
            let plugin = LoadedPlugin::new(engine.load_packed(packed)).unwrap();
            plugin.plugin.advise(&nowhere, &Settings::new()).unwrap();
            assert!(plugin.plugin.runs_packed_code(), "{}", packed.name);
            plugin.hooks().unwrap();
        }
    }
}
