//! Large programs that nobody here wrote, from the module proxy.

use crate::App;

/// A program, and what can be done with it.
#[derive(Debug)]
pub struct Program {
    /// What people call it.
    pub name: &'static str,
    /// `path@version`: a version that all supported versions of Go build.
    pub module: &'static str,
    /// The main package, as the go command takes it in the module.
    pub package: &'static str,
    /// Its only file, where the program's is in a module that the proxy does not have.
    pub main: Option<&'static str>,
    /// A file of its own, in a package that not all others depend on.
    pub touched: &'static str,
    /// Arguments of a run that writes a profile of processor time to the file `PROFILE`. Both programs are built once
    /// more by that profile, as with a `default.pgo` beside the main package.
    pub profiled: Option<&'static [&'static str]>,
    /// Arguments of runs that end by themselves and print the same each time.
    pub runs: &'static [&'static [&'static str]],
}

impl Program {
    /// A copy of its module.
    ///
    /// # Errors
    ///
    /// When the module cannot be downloaded or copied.
    pub fn app(&self) -> anyhow::Result<App> {
        let app = App::of_module(self.module)?;
        if let Some(main) = self.main {
            app.write(&format!("{}/main.go", self.package), main);
            app.update_go_mod();
        }
        Ok(app)
    }
}

/// The main package of kubectl.
const KUBECTL: &str = r#"package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
"#;

/// All of them, smallest first.
pub const PROGRAMS: [Program; 11] = [
    Program {
        name: "yq",
        module: "github.com/mikefarah/yq/v4@v4.47.1",
        package: ".",
        main: None,
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
        main: None,
        touched: "src/core.go",
        profiled: None,
        runs: &[&["--version"], &["--man"], &["--none"]],
    },
    Program {
        name: "litestream", // has SQLite, in C
        module: "github.com/benbjohnson/litestream@v0.3.13",
        package: "./cmd/litestream",
        main: None,
        touched: "cmd/litestream/main.go",
        profiled: None,
        runs: &[&["version"], &["databases", "-config", "/none"], &["none"]],
    },
    Program {
        name: "gopls",
        module: "golang.org/x/tools/gopls@v0.20.0",
        package: ".",
        main: None,
        touched: "internal/cmd/cmd.go",
        profiled: Some(&["-profile.cpu=PROFILE", "check", "internal/cmd/cmd.go"]),
        runs: &[&["help"], &["api-json"], &["check", "/none.go"]],
    },
    Program {
        name: "gh",
        module: "github.com/cli/cli/v2@v2.78.0",
        package: "./cmd/gh",
        main: None,
        touched: "internal/ghcmd/cmd.go",
        profiled: None,
        runs: &[&["--version"], &["help", "environment"], &["none"]],
    },
    Program {
        name: "hugo",
        module: "github.com/gohugoio/hugo@v0.150.0",
        package: ".",
        main: None,
        touched: "commands/server.go",
        profiled: None,
        runs: &[&["help"], &["gen", "chromastyles"], &["none"]],
    },
    Program {
        name: "etcd",
        module: "go.etcd.io/etcd/server/v3@v3.6.5",
        package: ".",
        main: None,
        touched: "etcdmain/etcd.go",
        profiled: None,
        runs: &[&["--version"], &["--help"], &["--none"]],
    },
    Program {
        name: "helm",
        module: "helm.sh/helm/v3@v3.18.6",
        package: "./cmd/helm",
        main: None,
        touched: "cmd/helm/root.go",
        profiled: None,
        runs: &[&["version"], &["help"], &["template", "/none"]],
    },
    Program {
        name: "kubectl",
        module: "k8s.io/kubectl@v0.34.1",
        package: "./cmd/kubectl",
        main: Some(KUBECTL),
        touched: "pkg/cmd/cmd.go",
        profiled: None,
        runs: &[
            &["version", "--client"],
            &["help"],
            &["config", "view", "--kubeconfig=/none"],
            &["none"],
        ],
    },
    Program {
        name: "caddy",
        module: "github.com/caddyserver/caddy/v2@v2.10.2",
        package: "./cmd/caddy",
        main: None,
        touched: "modules/caddyhttp/server.go",
        profiled: None,
        runs: &[&["list-modules"], &["help"], &["none"]],
    },
    Program {
        name: "prometheus",
        module: "github.com/prometheus/prometheus@v0.308.0",
        package: "./cmd/prometheus",
        main: None,
        touched: "web/web.go",
        profiled: None,
        runs: &[&["--help"], &["--none"]],
    },
];
