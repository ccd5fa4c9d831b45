//! How plugins stand to the packages that they name: what becomes of each wish of theirs.

use weft_weave::model::{JoinPoint, JoinPointKind, Matcher, MatcherTarget};
use weft_weave::syntax::title;

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
            stance.asked = join_points.iter().map(point_title).collect();
        }
    }
}

/// A join point as people name it, and as the points of a plan name their targets.
fn point_title(point: &JoinPoint) -> String {
    match &point.kind {
        JoinPointKind::Function(function) => {
            let receiver = function.receiver.as_ref();
            title(receiver.map(receiver_type).as_deref(), &function.name)
        }
        JoinPointKind::Call(call) => format!("{}.{}", call.import_path, call.name),
    }
}

/// The receiver's type without type parameters, as matchers spell it.
fn receiver_type(receiver: &weft_weave::model::Parameter) -> String {
    let go_type = receiver.go_type.split('[').next().unwrap_or_default();
    go_type.trim().to_owned()
}

/// What a matcher names, as people name it.
pub fn target_title(target: &MatcherTarget) -> String {
    match target {
        MatcherTarget::Function { receiver, name } => title(receiver.as_deref(), name),
        MatcherTarget::Call { import_path, name } => format!("{import_path}.{name}"),
    }
}
