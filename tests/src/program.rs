//! Large programs that nobody here wrote, from the module proxy.

/// A program, and what can be done with it.
#[derive(Debug)]
pub struct Program {
    /// What people call it.
    pub name: &'static str,
    /// `path@version`: a version that all supported versions of Go build.
    pub module: &'static str,
    /// The main package, as the go command takes it in the module.
    pub package: &'static str,
    /// A file of its own, in a package that not all others depend on.
    pub touched: &'static str,
    /// Arguments of a run that writes a profile of processor time to the file `PROFILE`. Both programs are built once
    /// more by that profile, as with a `default.pgo` beside the main package.
    pub profiled: Option<&'static [&'static str]>,
    /// Arguments of runs that end by themselves and print the same each time.
    pub runs: &'static [&'static [&'static str]],
}

/// All of them, smallest first.
pub const PROGRAMS: [Program; 10] = [
    Program {
        name: "yq",
        module: "github.com/mikefarah/yq/v4@v4.47.1",
        package: ".",
        touched: "cmd/root.go",
        profiled: None,
        runs: &[
            &["--version"],
            &["--null-input", ".a.b = 1"],
            &[".", "/none"],
        ],
    },
    Program {
        name: "fzf",
        module: "github.com/junegunn/fzf@v0.65.0",
        package: ".",
        touched: "src/core.go",
        profiled: None,
        runs: &[&["--version"], &["--man"], &["--none"]],
    },
    Program {
        name: "litestream", // has SQLite, in C
        module: "github.com/benbjohnson/litestream@v0.3.13",
        package: "./cmd/litestream",
        touched: "cmd/litestream/main.go",
        profiled: None,
        runs: &[&["version"], &["databases", "-config", "/none"], &["none"]],
    },
    Program {
        name: "gopls",
        module: "golang.org/x/tools/gopls@v0.20.0",
        package: ".",
        touched: "internal/cmd/cmd.go",
        profiled: Some(&["-profile.cpu=PROFILE", "check", "internal/cmd/cmd.go"]),
        runs: &[&["help"], &["api-json"], &["check", "/none.go"]],
    },
    Program {
        name: "gh",
        module: "github.com/cli/cli/v2@v2.78.0",
        package: "./cmd/gh",
        touched: "internal/ghcmd/cmd.go",
        profiled: None,
        runs: &[&["--version"], &["help", "environment"], &["none"]],
    },
    Program {
        name: "hugo",
        module: "github.com/gohugoio/hugo@v0.150.0",
        package: ".",
        touched: "commands/server.go",
        profiled: None,
        runs: &[&["help"], &["gen", "chromastyles"], &["none"]],
    },
    Program {
        name: "etcd",
        module: "go.etcd.io/etcd/server/v3@v3.6.5",
        package: ".",
        touched: "etcdmain/etcd.go",
        profiled: None,
        runs: &[&["--version"], &["--help"], &["--none"]],
    },
    Program {
        name: "helm", // has much of kubectl
        module: "helm.sh/helm/v3@v3.18.6",
        package: "./cmd/helm",
        touched: "cmd/helm/root.go",
        profiled: None,
        runs: &[&["version"], &["help"], &["template", "/none"]],
    },
    Program {
        name: "caddy",
        module: "github.com/caddyserver/caddy/v2@v2.10.2",
        package: "./cmd/caddy",
        touched: "modules/caddyhttp/server.go",
        profiled: None,
        runs: &[&["list-modules"], &["help"], &["none"]],
    },
    Program {
        name: "prometheus",
        module: "github.com/prometheus/prometheus@v0.308.0",
        package: "./cmd/prometheus",
        touched: "web/web.go",
        profiled: None,
        runs: &[&["--help"], &["--none"]],
    },
];
