//! Keeps the files of a project's plugins in its repository.

use super::Workshop;
use crate::failure::Failure;
use crate::plugins::{component, vendored_name};
use crate::project::Editor;

/// Puts the component of every plugin of the lock into a folder of the project, and has builds look only
/// there. Returns how many.
pub fn vendor(workshop: &mut Workshop, folder: &str) -> Result<usize, Failure> {
    let _lock = workshop.begin()?;
    let project = workshop.project();
    // Where they are now: a folder that was named before may lack some.
    let mut from = project.clone();
    from.settings.vendor = None;
    let mut editor = Editor::open(project)?;
    let mut count = 0;
    for (name, _, _) in workshop.sourced() {
        let locked = workshop.entry(name)?;
        let component = component(&workshop.cache, &from, locked, workshop.choice.offline)?;
        let file = vendored_name(locked);
        editor.write_vendored(folder, &file, &component)?;
        count += 1;
    }
    editor.vendor(folder)?;
    Ok(count)
}
