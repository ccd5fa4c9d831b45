//! The plugins of a build: those that weft brings along, those of the project, and those that the user names.

mod choice;
mod error;
mod loaded;
mod store;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use weft_plugin_host::interest::{Candidate, Interests, Place};
use weft_plugin_host::{Config, Digest, Engine, Limits, pattern};
use weft_plugin_source::Source;
use weft_weave::model::Matcher;
use weft_weave::plug::{Plug, PlugHome};

pub use choice::PluginChoice;
pub use error::LoadError;
pub use loaded::LoadedPlugin;
pub use store::{component, vendored_name};

use crate::cache::{Cache, CacheError, Kind};
use crate::embedded;
use crate::gocmd::ListedPackage;
use crate::manifest::WovenBy;
use crate::overlay::HookFolder;
use crate::project::{Judged, Policy, ProjectError, Signer};

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
    /// Those that take no part.
    disabled: Vec<LoadedPlugin>,
    interests: Interests,
    policy: Policy,
}

impl PluginSet {
    /// Loads the plugins that weft brings along, the project's, and those in the files that the user names.
    /// No WebAssembly runs for one of weft's own without settings, and none for one whose descriptor is in
    /// the cache.
    pub fn load(cache: &Cache, choice: &PluginChoice) -> Result<Self, LoadError> {
        let engine = engine(cache)?;
        let mut plugins = load_embedded(&engine, choice)?;
        let files = load_files(&engine, choice)?;
        plugins.extend(load_project(&engine, cache, choice, &files)?);
        plugins.extend(files);
        plugins.sort_by(|a, b| a.name().cmp(b.name()));
        if let Some(pair) = plugins
            .windows(2)
            .find(|pair| pair[0].name() == pair[1].name())
        {
            return Err(LoadError::SameName {
                name: pair[0].name().to_owned(),
            });
        }
        let is_enabled = |plugin: &LoadedPlugin| choice.project.is_enabled(plugin.name());
        let (plugins, disabled): (Vec<_>, Vec<_>) = plugins.into_iter().partition(is_enabled);
        let interests = Interests::new(plugins.iter().map(|plugin| &plugin.descriptor))
            .expect("version ranges of checked descriptors parse");
        Ok(Self {
            plugins,
            disabled,
            interests,
            policy: choice.project.policy.clone(),
        })
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

    /// The plugins that name a package, and take no part.
    pub fn disabled_for(&self, import_path: &str) -> Vec<&str> {
        let disabled = self.disabled.iter().filter(|plugin| {
            let mut interests = plugin.descriptor.interests.iter();
            interests.any(|interest| pattern::matches(&interest.import_path, import_path))
        });
        disabled.map(LoadedPlugin::name).collect()
    }

    /// The rule of a policy that keeps a package from being woven.
    pub fn denies_package(&self, import_path: &str) -> Option<String> {
        let (pattern, file) = self.policy.denies_package(import_path)?;
        Some(format!("the policy of {} denies {pattern}", file.display()))
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
            is_own: package.module.as_ref().is_some_and(|module| module.main),
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

/// What runs plugins.
pub fn engine(cache: &Cache) -> Result<Engine, CacheError> {
    Ok(Engine::new(Config {
        cache: Some(cache.open_folder(Kind::Plugins)?),
        host_version: env!("CARGO_PKG_VERSION").to_owned(),
        host_build: embedded::BUILD_ID.to_owned(),
        limits: Limits::default(),
    }))
}

/// The plugins that weft brings along, with the project's settings for them.
fn load_embedded(engine: &Engine, choice: &PluginChoice) -> Result<Vec<LoadedPlugin>, LoadError> {
    let load = |packed| {
        let plugin = engine.load_packed(packed);
        let settings = choice.project.settings_of(plugin.name());
        LoadedPlugin::new(plugin, settings)
    };
    embedded::PLUGINS.iter().map(load).collect()
}

/// The project's plugins. Where the user names a plugin's file, the project need not name its source.
fn load_project(
    engine: &Engine,
    cache: &Cache,
    choice: &PluginChoice,
    files: &[LoadedPlugin],
) -> Result<Vec<LoadedPlugin>, LoadError> {
    let mut plugins = Vec::new();
    for (name, settings) in &choice.project.settings.plugins {
        let plugin = || name.clone();
        match (&settings.source, is_embedded(name)) {
            (None, true) => {}
            (None, false) if files.iter().any(|file| file.name() == name) => {}
            (None, false) => return Err(ProjectError::NoSource { plugin: plugin() }.into()),
            (Some(_), true) => return Err(ProjectError::BuiltIn { plugin: plugin() }.into()),
            (Some(_), false) => plugins.push(load_one(engine, cache, choice, name)?),
        }
    }
    Ok(plugins)
}

/// One of the project's plugins: what it is is what the lock says, and what the policy allows.
pub fn load_one(
    engine: &Engine,
    cache: &Cache,
    choice: &PluginChoice,
    name: &str,
) -> Result<LoadedPlugin, LoadError> {
    let project = &choice.project;
    let locked = project.locked(name)?;
    let component = component(cache, project, locked, choice.offline)?;
    let signer = project.signer(name, &component, locked.signature.as_deref())?;
    locked.check_signer(&signer)?;
    let plugin = engine.load(name, component);
    let plugin = LoadedPlugin::new(plugin, project.settings_of(name))?;
    locked.check_descriptor(&plugin.descriptor)?;
    project.policy.check(Judged {
        location: &locked.location,
        signer: &signer,
        descriptor: &plugin.descriptor,
    })?;
    Ok(plugin)
}

/// The plugins that the user names for this build.
fn load_files(engine: &Engine, choice: &PluginChoice) -> Result<Vec<LoadedPlugin>, LoadError> {
    let mut plugins = Vec::new();
    for path in &choice.files {
        if let Some(reason) = choice.locked {
            return Err(LoadError::Unlocked {
                path: path.clone(),
                reason,
            });
        }
        let component = std::fs::read(path).map_err(|source| LoadError::Read {
            path: path.clone(),
            source,
        })?;
        let plugin = engine.load(&path.to_string_lossy(), component);
        // Which settings are its own is not known before it has been asked; `weft plugin build` calls the file
        // as the plugin.
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut plugin = LoadedPlugin::new(plugin, choice.project.settings_of(&name))?;
        if plugin.name() != name {
            let settings = choice.project.settings_of(plugin.name());
            plugin = LoadedPlugin::new(plugin.plugin, settings)?;
        }
        choice.check(&plugin.descriptor)?;
        choice.project.policy.check(Judged {
            location: &Source::File(path.clone()),
            // There is no lock that would hold its signature.
            signer: &Signer::Nobody,
            descriptor: &plugin.descriptor,
        })?;
        plugins.push(plugin);
    }
    Ok(plugins)
}

/// The digest, in hex, of the component of a plugin that weft brings along.
pub fn embedded_digest(name: &str) -> Option<String> {
    let packed = embedded::PLUGINS
        .iter()
        .find(|packed| packed.name == name)?;
    Some(Digest::of(packed.component).to_string())
}

/// Whether weft brings a plugin along.
pub fn is_embedded(name: &str) -> bool {
    embedded::PLUGINS.iter().any(|packed| packed.name == name)
}

#[cfg(test)]
mod tests {
    use weft_plugin_host::Settings;
    use weft_weave::model::Package;

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
            let plugin = LoadedPlugin::new(engine.load_packed(packed), Settings::new()).unwrap();
            plugin.plugin.advise(&nowhere, &Settings::new()).unwrap();
            assert!(plugin.plugin.runs_packed_code(), "{}", packed.name);
            assert_eq!(plugin.name(), packed.name);
            plugin.hooks().unwrap();
        }
    }
}
