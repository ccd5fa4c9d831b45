//! Weaves a file's plan into its text.

use crate::plan::FilePlan;

/// Why a file cannot be woven. The compile step fails with it: the plan promised what the file does
/// not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeaveError {
    /// The file does not parse where an edit would go. The compiler should see the original and report
    /// the error in its own words.
    #[error("{file}:{line}: syntax error")]
    Syntax {
        /// Name of the file.
        file: String,
        /// 1-based line.
        line: u32,
    },
    /// A planned function is not in the file.
    #[error("{file}: no function {function}")]
    Missing {
        /// Name of the file.
        file: String,
        /// The function.
        function: String,
    },
    /// A function's signature is not the planned one.
    #[error("{file}: {function} is `{found}`, not `{planned}` as planned")]
    Signature {
        /// Name of the file.
        file: String,
        /// The function.
        function: String,
        /// Its signature in the text.
        found: String,
        /// Its signature in the plan.
        planned: String,
    },
    /// The woven text would not parse.
    #[error("{file}:{line}: woven text has a syntax error: {excerpt}")]
    Broken {
        /// Name of the file.
        file: String,
        /// 1-based line of the woven text.
        line: u32,
        /// The line.
        excerpt: String,
    },
}

/// Weaves `plan` into `text`, which is the planned file or what `cmd/cover` or `cmd/cgo` made of it.
/// Positions in the result are reported as in `text`, under the name `line_name` unless `text` begins
/// with a `//line` directive of its own. Lines never move.
pub fn weave_file(plan: &FilePlan, text: &str, line_name: &str) -> Result<String, WeaveError> {
    unimplemented!("{plan:?} {text} {line_name}")
}
