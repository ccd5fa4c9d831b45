//! Packs the first-party plugins for the host to embed: makes a component of each module, compiles it,
//! and asks it what it is. So the first build of a machine waits for none of that.
//!
//! Takes the folder of the plugins, whose `target` holds their modules, and writes to `target/packed`
//! there: `NAME.wasm`, `NAME.cwasm` and `NAME.json`. Files that would not change are not touched, so that
//! nothing is built again for them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use weft_plugin_host::{Config, Engine, Limits, Settings, precompile};
use wit_component::ComponentEncoder;

const MODULES: &str = "target/wasm32-unknown-unknown/release";
const PACKED: &str = "target/packed";

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        bail!("usage: pack-plugins FOLDER");
    };
    let folder = PathBuf::from(folder);
    let packed = folder.join(PACKED);
    fs::create_dir_all(&packed)?;
    let mut names = BTreeSet::new();
    for plugin in plugin_folders(&folder)? {
        let name = plugin
            .file_name()
            .context("a plugin's folder has no name")?
            .to_string_lossy()
            .into_owned();
        pack(&folder, &plugin, &name, &packed).with_context(|| format!("plugin `{name}`"))?;
        names.insert(name);
    }
    for entry in fs::read_dir(&packed)? {
        let path = entry?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy());
        if stem.is_none_or(|stem| !names.contains(&*stem)) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn pack(folder: &Path, plugin: &Path, name: &str, packed: &Path) -> anyhow::Result<()> {
    let module = folder
        .join(MODULES)
        .join(format!("{}.wasm", module_name(plugin)?));
    let module = fs::read(&module).with_context(|| {
        format!(
            "it is not built: there is no {}\n\
             hint: run `./dev build`, which builds the plugins first",
            module.display()
        )
    })?;
    let component = ComponentEncoder::default()
        .module(&module)?
        .validate(true)
        .encode()
        .context("it is no component")?;
    let file = packed.join(format!("{name}.wasm"));
    let [code, descriptor] = ["cwasm", "json"].map(|extension| file.with_extension(extension));
    write_if_changed(&file, &component)?;
    let engine = Engine::new(Config {
        cache: None,
        host_version: env!("CARGO_PKG_VERSION").to_owned(),
        host_build: String::new(),
        limits: Limits::default(),
    });
    let described = engine
        .load(name, component.clone())
        .descriptor(&Settings::new())?;
    write_if_changed(&descriptor, &serde_json::to_vec(&described)?)?;
    write_if_changed(&code, &precompile(name, &component)?)?;
    Ok(())
}

/// Folders directly below that of the plugins that are one: they hold a manifest and Go hooks.
fn plugin_folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join("Cargo.toml").exists() && path.join("go").is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// The name that cargo gives to the plugin's module: its package's, with underscores.
fn module_name(plugin: &Path) -> anyhow::Result<String> {
    let manifest = plugin.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .with_context(|| format!("{} names no package", manifest.display()))?;
    Ok(name.replace('-', "_"))
}

fn write_if_changed(file: &Path, content: &[u8]) -> std::io::Result<()> {
    if fs::read(file).is_ok_and(|current| current == content) {
        return Ok(());
    }
    fs::write(file, content)
}
