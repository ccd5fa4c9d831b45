//! The plan: all that the compile step needs to know to weave one package.
//!
//! A plan is self-contained. The compile step reads it and the Go file, nothing else, so the file may be
//! what `cmd/cover` or `cmd/cgo` made of the original.

use serde::{Deserialize, Serialize};

/// Version of the plan's format; a plan of another format is refused.
pub const FORMAT: u32 = 3;

/// Hash of this crate's sources.
const FINGERPRINT: &str = include_str!(concat!(env!("OUT_DIR"), "/fingerprint"));

/// What is woven into one package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagePlan {
    /// [`FORMAT`] of the weaver that made the plan.
    pub format: u32,
    /// Import path of the package.
    pub import_path: String,
    /// Package name, as in the package clauses.
    pub name: String,
    /// Files to weave, by name.
    pub files: Vec<FilePlan>,
}

impl PackagePlan {
    /// An empty plan.
    pub fn new(import_path: &str, name: &str) -> Self {
        Self {
            format: FORMAT,
            import_path: import_path.to_owned(),
            name: name.to_owned(),
            files: Vec::new(),
        }
    }

    /// True when nothing of the package is woven.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The plan for the file with this base name.
    pub fn file(&self, name: &str) -> Option<&FilePlan> {
        self.files.iter().find(|file| file.file == name)
    }

    /// Content hash, as lower-case hexadecimal, of the plan and of the weaver itself: equal hashes mean
    /// equal woven text. It is the package's cache marker.
    ///
    /// # Panics
    ///
    /// Never: a plan holds nothing that JSON cannot.
    pub fn hash(&self) -> String {
        let content = serde_json::to_vec(self).expect("a plan holds strings and numbers only");
        let mut hasher = blake3::Hasher::new();
        hasher.update(FINGERPRINT.as_bytes());
        hasher.update(&content);
        hasher.finalize().to_hex()[..32].to_owned()
    }
}

/// What is woven into one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePlan {
    /// Base name of the Go file as the package lists it (`x.go`, also where the compiler gets
    /// `x.cgo1.go` or a covered copy).
    pub file: String,
    /// Functions to hook, in the order of the file.
    pub functions: Vec<FunctionPlan>,
    /// Functions of other packages whose uses are wrapped.
    pub calls: Vec<CallPlan>,
    /// Imports that appended declarations need.
    pub imports: Vec<ImportPlan>,
    /// Go declarations appended to the file besides sockets, one a line.
    pub declarations: Vec<String>,
    /// Sockets, in a file of their own; see [`crate::weave::Woven`].
    pub sockets: Vec<Socket>,
    /// Imports that their types need.
    pub socket_imports: Vec<ImportPlan>,
}

/// A function to hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionPlan {
    /// Receiver type as in [`crate::model::MatcherTarget::Function`].
    pub receiver: Option<String>,
    /// Function name.
    pub name: String,
    /// Signature with single spaces and without comments; the file at hand must agree.
    pub signature: String,
    /// Hooks, outermost first.
    pub hooks: Vec<HookPlan>,
}

/// One hook of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookPlan {
    /// Names the sockets: `weft_<id>_b` and `weft_<id>_a`, or `weft_<id>_d` for a detach.
    pub id: String,
    /// What the hook is.
    pub kind: HookKind,
    /// What the before socket gets.
    pub arguments: Vec<PassedArgument>,
    /// Receiver and parameters that it replaces.
    pub replaces: Vec<u32>,
    /// Results that the after socket gets.
    pub results: Vec<u32>,
    /// Results that it replaces.
    pub replaces_results: Vec<u32>,
}

/// Which sockets a hook has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookKind {
    /// Before the body only.
    #[default]
    Before,
    /// After the body only.
    After,
    /// Before and, with the token that it returns, after.
    Around,
    /// A goroutine's entry that leaves the span current at its start.
    Detach,
}

/// A value passed to a socket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedArgument {
    /// See [`crate::model::Argument::index`].
    pub index: u32,
    /// Function among [`FilePlan::declarations`] that reads a field from it.
    pub accessor: Option<String>,
}

/// A function of another package whose uses are replaced by a wrapper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallPlan {
    /// Import path of the package that declares it.
    pub import_path: String,
    /// That package's name.
    pub package_name: String,
    /// Function name.
    pub name: String,
    /// What is written in its place: a function among [`FilePlan::declarations`], or a call of one.
    pub in_place: String,
}

/// An import that the weaver adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportPlan {
    /// Local name.
    pub alias: String,
    /// Import path.
    pub path: String,
}

/// A nil function variable that a hook is plugged into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Socket {
    /// Name of the variable, such as `weft_9f2c01ab7d30_b`. Its linker symbol is that of [`symbol`].
    pub variable: String,
    /// Type of the variable as the target file spells it.
    pub go_type: String,
}

/// The linker symbol that a socket's variable and its plug share.
pub fn symbol(variable: &str) -> String {
    format!("weft.socket.{}", variable.trim_start_matches("weft_"))
}
