//! What is hooked: a declaration, or the uses of another package's function.

use super::resolver::Target;
use crate::model::HookType;
use crate::plug::PassedValue;

/// What is hooked, as both sides of a socket spell it.
pub(super) struct Site<'t, 'a> {
    /// What a person calls it.
    pub title: String,
    /// What makes it what it is, for the id of a hook.
    pub identity: Vec<String>,
    /// For messages about wrong indices.
    pub signature: String,
    /// The receiver, if any, then the parameters.
    pub arguments: Vec<Value>,
    /// The results.
    pub results: Vec<Value>,
    /// The declaration, where it is one that is woven: its arguments have fields.
    pub target: Option<&'t Target<'a>>,
}

/// A receiver, parameter or result as both sides of a socket spell it.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// What a person calls it.
    pub title: String,
    /// In the hook package; None for `interface{}`.
    pub hook: Option<HookType>,
    /// In the target file.
    pub target: String,
    /// The target file cannot name the type: the socket passes `interface{}`, and the plug asserts it.
    pub erased: bool,
}

impl Value {
    pub fn new(title: String, hook: Option<HookType>, target: String) -> Self {
        Self {
            title,
            hook,
            target,
            erased: false,
        }
    }

    /// The type that the socket passes, as the target file spells it.
    pub fn socket_type(&self) -> String {
        if self.erased || self.hook.is_none() {
            "interface{}".to_owned()
        } else {
            self.target.clone()
        }
    }

    pub fn passed(&self) -> PassedValue {
        PassedValue {
            hook_type: self.hook.clone(),
            erased: self.erased,
        }
    }
}
