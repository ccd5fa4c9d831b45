//! Takes a plugin out of a project.

use weft_weave::syntax::nearest;

use super::{ManageError, Workshop};
use crate::failure::Failure;
use crate::plugins::vendored_name;
use crate::project::Editor;

/// Takes a plugin out: its section of `weft.toml`, its entry in the lock, its file in the vendor folder.
pub fn remove(workshop: &mut Workshop, name: &str) -> Result<(), Failure> {
    let _lock = workshop.begin()?;
    workshop.known(name)?;
    let mut lock = workshop.tidy_lock();
    lock.retain(|kept| kept != name);
    let mut editor = Editor::open(workshop.project())?;
    editor.remove(&lock, name)?;
    if let Some(folder) = &workshop.project().settings.vendor {
        let keep: Vec<_> = lock.plugins().map(vendored_name).collect();
        editor.sweep_vendored(folder, &keep)?;
    }
    Ok(())
}

impl Workshop {
    /// Fails where the project has no plugin of this name from a source.
    pub(super) fn known(&self, name: &str) -> Result<(), ManageError> {
        if self.sourced().any(|(known, _, _)| known == name) {
            return Ok(());
        }
        let names = self.sourced().map(|(name, _, _)| name.clone());
        Err(ManageError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, names),
        })
    }
}
