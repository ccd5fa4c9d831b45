//! Which flags of `go build`, `run`, `install` and `test` take a value.
//!
//! Source: `cmd/go/internal/work.AddBuildFlags`, `AddCoverFlags`, `base.AddModCommonFlags`,
//! `cmd/go/internal/test.testflag.go` and `run.go` of Go 1.24 to 1.27.

use super::Subcommand;

/// How a flag reads its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `-x`, or `-x=true`.
    Switch,
    /// `-o file` or `-o=file`.
    Value,
}

const BUILD_SWITCHES: &[&str] = &[
    "a",
    "asan",
    "buildvcs",
    "cover",
    "json",
    "linkshared",
    "modcacherw",
    "msan",
    "n",
    "race",
    "trimpath",
    "v",
    "work",
    "x",
];

const BUILD_VALUES: &[&str] = &[
    "C",
    "asmflags",
    "buildmode",
    "compiler",
    "covermode",
    "coverpkg",
    "debug-actiongraph",
    "debug-runtime-trace",
    "debug-trace",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "mod",
    "modfile",
    "overlay",
    "p",
    "pgo",
    "pkgdir",
    "tags",
    "toolexec",
];

const TEST_SWITCHES: &[&str] = &[
    "artifacts",
    "benchmem",
    "c",
    "failfast",
    "fullpath",
    "i",
    "short",
];

const TEST_VALUES: &[&str] = &[
    "bench",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "count",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "exec",
    "fuzz",
    "fuzzminimizetime",
    "fuzztime",
    "list",
    "memprofile",
    "memprofilerate",
    "mutexprofile",
    "mutexprofilefraction",
    "o",
    "outputdir",
    "parallel",
    "run",
    "shuffle",
    "skip",
    "timeout",
    "trace",
    "vet",
];

/// The shape of a flag of this subcommand, or None when the go command does not know it.
pub fn shape(subcommand: Subcommand, name: &str) -> Option<Shape> {
    if BUILD_SWITCHES.contains(&name) {
        return Some(Shape::Switch);
    }
    if BUILD_VALUES.contains(&name) {
        return Some(Shape::Value);
    }
    match subcommand {
        Subcommand::Build if name == "o" => Some(Shape::Value),
        Subcommand::Run if name == "exec" => Some(Shape::Value),
        Subcommand::Test => {
            let name = name.strip_prefix("test.").unwrap_or(name);
            if TEST_SWITCHES.contains(&name) || name == "v" {
                Some(Shape::Switch)
            } else if TEST_VALUES.contains(&name) {
                Some(Shape::Value)
            } else {
                None
            }
        }
        Subcommand::Build | Subcommand::Run | Subcommand::Install => None,
    }
}

/// Flags that decide which files and packages a build has: what `go list` has to be told as well.
pub const LISTING: &[&str] = &[
    "asan",
    "compiler",
    "installsuffix",
    "mod",
    "modcacherw",
    "modfile",
    "msan",
    "overlay",
    "race",
    "tags",
];
