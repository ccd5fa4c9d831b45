//! Spells types of other files and packages in the words of a target file.

use super::Fault;
use super::resolver::Resolver;
use crate::model::HookType;
use crate::plan::ImportPlan;
use crate::syntax::{Names as _, ParsedFile, predeclared_types, words};

impl Resolver<'_> {
    /// The type as `file` spells it, with an import added to the file's plan where it has none for it.
    pub(super) fn spell(
        &mut self,
        file: &ParsedFile,
        hook_type: &HookType,
    ) -> Result<String, Fault> {
        let mut text = hook_type.text.clone();
        if let Some(name) = predeclared_types()
            .find(|name| words(&text, name).next().is_some() && self.syntax.is_declared(name))
        {
            return Err(Fault::new(format!(
                "{} declares {name}, which means another type elsewhere",
                self.syntax.import_path
            )));
        }
        for (n, path) in hook_type.imports.iter().enumerate() {
            let qualifier = if *path == self.syntax.import_path {
                String::new()
            } else {
                format!("{}.", self.local_name(file, path)?)
            };
            text = text.replace(&format!("{{{n}}}."), &qualifier);
        }
        Ok(text)
    }

    /// The name by which appended declarations of `file` call the package `path`.
    pub(super) fn local_name(&mut self, file: &ParsedFile, path: &str) -> Result<String, Fault> {
        if let Some((alias, _)) = file.local.iter().filter(|(_, known)| *known == path).min() {
            return Ok(alias.clone());
        }
        // The compiler is given the types of the packages that some file of this one imports, and of no
        // other.
        if !self.syntax.imports(path) {
            return Err(Fault::new(format!(
                "the package {path}, whose types are needed here, is not imported by any file of {}",
                self.syntax.import_path
            )));
        }
        let imports = &mut self.file(file).imports;
        if let Some(import) = imports.iter().find(|import| import.path == path) {
            return Ok(import.alias.clone());
        }
        let alias = format!("weft_i{}", imports.len());
        imports.push(ImportPlan {
            alias: alias.clone(),
            path: path.to_owned(),
        });
        Ok(alias)
    }
}
