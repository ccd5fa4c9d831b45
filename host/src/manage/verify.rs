//! Checks a project's plugins as a build would.

use serde::Serialize;

use super::Workshop;
use crate::failure::Failure;
use crate::plugins::load_one;

/// What a check of one plugin came to.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// The plugin.
    pub name: String,
    /// Code, message and help of what is wrong; None where all is as the lock says.
    pub problem: Option<Problem>,
}

/// What is wrong.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Checks every plugin of the project: its bytes, its signature, its descriptor, its hook code and the
/// policy. One that fails does not keep the others from being checked.
pub fn verify(workshop: &Workshop) -> Vec<Verified> {
    let check = |name: &String| {
        let checked = load_one(&workshop.engine, &workshop.cache, &workshop.choice, name);
        let problem = checked.err().map(|error| {
            let failure = Failure::from(error);
            Problem {
                code: failure.code(),
                message: failure.to_string(),
                help: failure.help_text().map(str::to_owned),
            }
        });
        Verified {
            name: name.clone(),
            problem,
        }
    };
    workshop.sourced().map(|(name, _, _)| check(name)).collect()
}
