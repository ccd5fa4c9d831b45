//! Takes a plugin out of a project.

use weft_weave::syntax::nearest;

use super::{ManageError, Workshop};
use crate::failure::Failure;
use crate::plugins::vendored_name;
use crate::project::{Editor, Lock};

/// Takes a plugin out: its section of `weft.toml`, its entry in the lock, its file in the vendor folder.
pub fn remove(workshop: &mut Workshop, name: &str) -> Result<(), Failure> {
    let _lock = workshop.begin()?;
    workshop.known(name)?;
    let mut lock = workshop.tidy_lock();
    lock.retain(|kept| kept != name);
    let mut editor = Editor::open(workshop.project())?;
    editor.remove(&lock, name)?;
    workshop.drop_vendored(&editor, &lock)
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

    /// Removes what is in the vendor folder for entries that a new lock does not have any more.
    pub(super) fn drop_vendored(&self, editor: &Editor, lock: &Lock) -> Result<(), Failure> {
        let Some(folder) = &self.project().settings.vendor else {
            return Ok(());
        };
        let kept: Vec<_> = lock.plugins().map(vendored_name).collect();
        let old = self.project().lock.plugins().map(vendored_name);
        let gone: Vec<_> = old.filter(|name| !kept.contains(name)).collect();
        Ok(editor.remove_vendored(folder, &gone)?)
    }
}
