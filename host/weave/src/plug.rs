//! Plugs: the generated Go variables, beside the hook functions, that fill the sockets.

use crate::model::HookType;

/// Where a plug's code goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlugHome {
    /// A plugin's hook folder.
    Folder {
        /// Plugin name.
        plugin: String,
        /// Folder below the plugin's hook folder; empty for the top.
        folder: String,
    },
    /// The one generated package that holds the plugs of detached goroutines.
    Detach,
}

/// Fills the sockets of one hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plug {
    /// The package the plug belongs to.
    pub home: PlugHome,
    /// What it calls.
    pub kind: PlugKind,
    /// The hook's id, shared with the sockets.
    pub id: String,
}

/// What a plug does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlugKind {
    /// Calls hook functions before and after a function's body.
    Hook {
        /// Called before the body.
        before: Option<BeforeCall>,
        /// Called after it.
        after: Option<AfterCall>,
    },
    /// Calls a hook function before a function of another package.
    Call(BeforeCall),
    /// Calls `hook.Detach`.
    Detach,
}

/// A call of a hook's `before` function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeforeCall {
    /// Name of the hook function.
    pub function: String,
    /// Types of what the socket passes; None for `interface{}`.
    pub arguments: Vec<Option<HookType>>,
    /// The hook function's last parameter is variadic and the last argument a slice.
    pub spread: bool,
    /// Positions in `arguments` of the values that the function replaces.
    pub replaces: Vec<usize>,
}

/// A call of a hook's `after` function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterCall {
    /// Name of the hook function.
    pub function: String,
    /// Type of its token parameter as the hook file spells it; None without `before`.
    pub token: Option<HookType>,
    /// Types of the results that the socket passes; None for `interface{}`.
    pub results: Vec<Option<HookType>>,
    /// The hook function's last parameter is variadic and the last result a slice.
    pub spread: bool,
    /// Types of the results that the function replaces, by position.
    pub replaces: Vec<HookType>,
}

/// Text of `weft_plugs.go` for one package: the plugs of one [`PlugHome`]. The text is as gofmt writes
/// it. `runtime_prefix` is what stands for `go.weft.dev/sdk` in this build, such as
/// `example.com/app/_weft/sdk`; it is also put in place of `go.weft.dev/sdk` in the plugs' imports.
pub fn plug_file(package_name: &str, runtime_prefix: &str, plugs: &[Plug]) -> String {
    unimplemented!("{package_name} {runtime_prefix} {plugs:?}")
}
