//! How plugins stand to the packages that they name: what becomes of each wish of theirs.

use weft_weave::model::{JoinPoint, Matcher, MatcherTarget, title};

use super::Plan;

/// How one plugin stands to one package that it names.
#[derive(Debug)]
pub struct Stance {
    /// Import path of the package.
    pub import_path: String,
    /// Plugin name.
    pub plugin: String,
    /// The range of versions that the plugin covers, where the package's version is another.
    pub other_versions: Option<String>,
    /// What it wants to be asked about.
    pub matchers: Vec<Matcher>,
    /// What it was asked about, as [`target_title`] spells it: what matchers name, is there and can be
    /// woven.
    pub asked: Vec<String>,
}

impl Plan {
    /// Notes what a plugin is asked about.
    pub(super) fn asked(&mut self, import_path: &str, plugin: &str, join_points: &[JoinPoint]) {
        let stance = self.stances.iter_mut().rev().find(|stance| {
            stance.import_path == import_path
                && stance.plugin == plugin
                && stance.other_versions.is_none()
        });
        if let Some(stance) = stance {
            stance.asked = join_points.iter().map(JoinPoint::title).collect();
        }
    }
}

/// What a matcher names, as people name it.
pub fn target_title(target: &MatcherTarget) -> String {
    match target {
        MatcherTarget::Function { receiver, name } => title(receiver.as_deref(), name),
        MatcherTarget::Call { import_path, name } => format!("{import_path}.{name}"),
        MatcherTarget::Directive { directive } => format!("functions with {directive}"),
    }
}
