//! Where a project's files are.

use std::path::{Path, PathBuf};

use super::SETTINGS;

/// The folder of `weft.toml`: that of the module a directory is in, or of the workspace; where neither has
/// one, that of the module. No other folder is looked into: anyone may write above a module.
pub(super) fn root(directory: &Path) -> Option<PathBuf> {
    let above = |file: &str| {
        directory
            .ancestors()
            .find(|folder| folder.join(file).is_file())
    };
    let module = above("go.mod");
    let workspace = match std::env::var_os("GOWORK") {
        Some(value) if value == "off" => None,
        Some(value) if !value.is_empty() => Path::new(&value).parent().map(Path::to_owned),
        _ => above("go.work").map(Path::to_owned),
    };
    let with_settings = |folder: &Path| folder.join(SETTINGS).is_file();
    if let Some(module) = module.filter(|module| with_settings(module)) {
        return Some(module.to_owned());
    }
    let workspace_has = workspace
        .clone()
        .filter(|workspace| with_settings(workspace));
    workspace_has
        .or_else(|| module.map(Path::to_owned))
        .or(workspace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_the_module_or_the_workspace_and_nowhere_above() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path();
        let write = |path: &str| std::fs::write(top.join(path), "").unwrap();
        std::fs::create_dir_all(top.join("work/module/cmd")).unwrap();
        let cmd = top.join("work/module/cmd");
        write("weft.toml");
        assert_eq!(root(&cmd), None);
        write("work/module/go.mod");
        assert_eq!(root(&cmd), Some(top.join("work/module")));
        write("work/go.work");
        assert_eq!(root(&cmd), Some(top.join("work/module")));
        write("work/weft.toml");
        assert_eq!(root(&cmd), Some(top.join("work")));
        write("work/module/weft.toml");
        assert_eq!(root(&cmd), Some(top.join("work/module")));
    }
}
