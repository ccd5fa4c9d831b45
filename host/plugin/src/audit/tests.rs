//! What the audit refuses and what it lets through.

use super::*;

fn descriptor(files: &[(&str, &str)], permissions: &[&str]) -> Descriptor {
    Descriptor {
        name: "p".to_owned(),
        version: "0.1.0".to_owned(),
        license: String::new(),
        description: String::new(),
        interests: vec![weft_weave::model::Interest {
            import_path: "github.com/redis/go-redis/v9".to_owned(),
            versions: String::new(),
            matchers: Vec::new(),
        }],
        hook_files: files
            .iter()
            .map(|&(p, t)| (p.to_owned(), t.to_owned()))
            .collect(),
        permissions: permissions.iter().map(|&p| p.to_owned()).collect(),
    }
}

fn findings(source: &str) -> Vec<Finding> {
    audit(&descriptor(&[("hooks.go", source)], &[]))
        .err()
        .unwrap_or_default()
}

/// The source is refused at that line with that reason, and passes with the permission if there is one.
#[track_caller]
fn refused(source: &str, line: u32, reason: &str, permission: Option<&str>) {
    let found = findings(source);
    let finding = found
        .first()
        .unwrap_or_else(|| panic!("let through:\n{source}"));
    assert_eq!(
        (finding.line, finding.permission.as_deref()),
        (line, permission),
        "{finding}"
    );
    assert!(finding.reason.contains(reason), "{finding}");
    if let Some(permission) = permission {
        let granted = audit(&descriptor(&[("hooks.go", source)], &[permission]));
        assert_eq!(granted, Ok(()), "with {permission}");
    }
}

#[test]
fn ordinary_hooks_pass() {
    let source = r#"// Package redis hooks go-redis.
package redis

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/auth"
	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/semconv/dbconv"
)

var (
	key     = attribute.NewKey("db.system")
	missing = errors.New("missing")
	names   = map[string]int{"a": len("b")}
	pattern = regexp.MustCompile("^a+$")
	bytes   = []byte("x")
	level   = Level(3)
	lazy    = func() { start() }
	once    = sync.OnceFunc(start)
	current atomic.Pointer[Level]
	_       dbconv.Helper = (*helper)(nil)
)

type Level int

type helper struct{ n int }

func start() {}

//go:noinline
func beforeProcess(c any, ctx context.Context, cmd redis.Cmder) (*helper, context.Context) {
	var h helper
	h.n++
	p := &h
	p.n = 2
	_ = auth.Listener(nil)
	return p, ctx
}
"#;
    assert_eq!(findings(source), []);
}

#[test]
fn imports_beyond_the_default() {
    refused(
        "package p\n\nimport \"os/exec\"\n",
        3,
        "imports \"os/exec\"",
        Some("import:os/exec"),
    );
    refused(
        "package p\n\nimport s \"strings\"\nimport x \"os/exec\"\n",
        4,
        "\"os/exec\"",
        Some("import:os/exec"),
    );
    refused(
        "package p\n\nimport `net`\n",
        3,
        "imports \"net\"",
        Some("import:net"),
    );
    refused(
        "package p\n\nimport _ \"net/http/pprof\"\n",
        3,
        "pprof",
        Some("import:net/http/pprof"),
    );
    refused(
        "package p\n\nimport \"example.com/x\"\n",
        3,
        "example.com/x",
        Some("import:example.com/x"),
    );
    refused(
        "package p\n\nimport \"unsafe\"\n",
        3,
        "unsafe",
        Some("unsafe"),
    );
}

#[test]
fn what_is_for_tests_is_refused_whatever_is_granted() {
    let source = "package p\n\nimport \"go.weft.dev/sdk/trace/tracetest\"\n";
    refused(source, 3, "for tests", None);
    let granted = descriptor(&[("hooks.go", source)], &["import:go.weft.dev/..."]);
    assert!(audit(&granted).is_err());
}

#[test]
fn a_granted_pattern_covers_what_it_matches() {
    let source = "package p\n\nimport \"example.com/x/y\"\n";
    assert_eq!(
        audit(&descriptor(
            &[("a.go", source)],
            &["import:example.com/x/..."]
        )),
        Ok(())
    );
    assert!(
        audit(&descriptor(
            &[("a.go", source)],
            &["import:example.com/z/..."]
        ))
        .is_err()
    );
    let source = "package p\n\nimport \"unsafe\"\n";
    assert!(
        audit(&descriptor(&[("a.go", source)], &["import:..."])).is_err(),
        "unsafe has its own name"
    );
}

#[test]
fn imports_that_hide_something() {
    refused("package p\n\nimport . \"strings\"\n", 3, "with a dot", None);
    refused("package p\n\nimport \"\\x6fs\"\n", 3, "escapes", None);
    refused(
        "package p\n\n// #include <stdlib.h>\nimport \"C\"\n",
        4,
        "cgo",
        None,
    );
}

#[test]
fn directives() {
    let linkname = "package p\n\n//go:linkname f runtime.f\nfunc f()\n";
    refused(linkname, 3, "private function", Some("linkname"));
    assert_eq!(
        findings(linkname).len(),
        2,
        "the directive and the missing body"
    );
    refused(
        "package p\n\n//go:embed x\nvar s string\n",
        3,
        "embeds",
        None,
    );
    refused(
        "package p\n\n//go:nosplit\nfunc f() {}\n",
        3,
        "nosplit",
        Some("directive:nosplit"),
    );
    refused("package p\n\n//go:cgo_import_dynamic x\n", 3, "cgo", None);
    refused(
        "package p\n\n//line other.go:1\nfunc f() {}\n",
        3,
        "positions",
        None,
    );
    refused(
        "//go:build linux\n\npackage p\n",
        1,
        "build constraint",
        Some("build-constraints"),
    );
    refused(
        "// +build linux\n\npackage p\n",
        1,
        "build constraint",
        Some("build-constraints"),
    );
}

#[test]
fn files_for_one_platform() {
    let files = [("notify_windows.go", "package p\n")];
    let found = audit(&descriptor(&files, &[])).unwrap_err();
    assert!(found[0].reason.contains("windows only"), "{}", found[0]);
    assert_eq!(audit(&descriptor(&files, &["build-constraints"])), Ok(()));
}

#[test]
fn code_that_runs_when_the_program_starts() {
    refused(
        "package p\n\nfunc init() {}\n",
        3,
        "runs code",
        Some("init"),
    );
    refused(
        "package p\n\nfunc f() int { return 1 }\n\nvar x = f()\n",
        5,
        "initialiser",
        Some("init"),
    );
    refused(
        "package p\n\nvar x = func() int { return 1 }()\n",
        3,
        "initialiser",
        Some("init"),
    );
    refused(
        "package p\n\nvar f func() int\nvar x = f()\n",
        4,
        "initialiser",
        Some("init"),
    );
    refused(
        "package p\n\nvar c = make(chan int)\nvar x = <-c\n",
        4,
        "waits",
        Some("init"),
    );
    refused(
        "package p\n\ntype T int\n\nfunc (T) m() int { return 1 }\n\nvar x = T(1).m()\n",
        7,
        "calls",
        Some("init"),
    );
    refused(
        "package p\n\nimport \"strings\"\n\nvar x = strings.Map(f, \"a\")\n\nfunc f(r rune) rune { return r }\n",
        5,
        "initialiser",
        Some("init"),
    );
    refused(
        "package p\n\nimport \"go.weft.dev/sdk/hook\"\n\nvar x = hook.Try(func() {})\n",
        5,
        "initialiser",
        Some("init"),
    );
    refused(
        "package p\n\nimport \"github.com/redis/go-redis/v9\"\n\nvar c = redis.NewClient(nil)\n",
        5,
        "initialiser",
        Some("init"),
    );
}

#[test]
fn goroutines() {
    refused(
        "package p\n\nfunc f() {\n\tgo f()\n}\n",
        4,
        "goroutine",
        Some("goroutine"),
    );
    refused(
        "package p\n\nimport t \"time\"\n\nfunc f() { t.AfterFunc(1, f) }\n",
        5,
        "time.AfterFunc",
        Some("goroutine"),
    );
}

#[test]
fn standard_streams() {
    refused(
        "package p\n\nfunc f() { println(1) }\n",
        3,
        "println",
        Some("stdio"),
    );
    refused(
        "package p\n\nimport \"fmt\"\n\nvar f = fmt.Println\n",
        5,
        "fmt.Println",
        Some("stdio"),
    );
}

#[test]
fn writes_to_other_packages() {
    let source = |statement: &str| {
        format!(
            "package p\n\nimport \"github.com/redis/go-redis/v9\"\n\nfunc f() {{ {statement} }}\n"
        )
    };
    let permission = Some("write:github.com/redis/go-redis/v9");
    for statement in [
        "redis.Default = nil",
        "redis.Table[\"a\"] = 1",
        "redis.Default.Timeout, x = 1, 2",
        "redis.Count++",
        "(*redis.Pointer).X = 1",
    ] {
        refused(&source(statement), 5, "changes", permission);
    }
    refused(
        &source("p := &redis.Default; _ = p"),
        5,
        "address",
        permission,
    );
    assert_eq!(findings(&source("x := redis.Default; x.Timeout = 1")), []);
    assert_eq!(findings(&source("x := &redis.Options{}; _ = x")), []);
}

#[test]
fn letters_that_deceive() {
    refused(
        "package p\n\nfunc f() { var оs int; _ = оs }\n",
        3,
        "beyond ASCII",
        None,
    );
    refused(
        "package p\n\n// \u{202e}evil\nfunc f() {}\n",
        3,
        "U+202E",
        None,
    );
    assert!(
        !findings("package p\n\n// \u{202e}evil\n")[0]
            .excerpt
            .contains('\u{202e}')
    );
    assert_eq!(
        findings("package p\n\n// naïve – “quoted” ≥\nvar s = \"é\"\n"),
        []
    );
}

#[test]
fn what_does_not_parse() {
    refused("package p\n\nfunc f( {\n", 3, "syntax error", None);
}

#[test]
fn a_finding_reads_well() {
    let found = findings("package p\n\nimport (\n\t\"os\"\n)\n");
    assert_eq!(
        found[0].to_string(),
        "hooks.go:4:2: imports \"os\", which is not among the packages that hooks may use by default\n    \
         \"os\"\n    allowed by the permission `import:os`"
    );
}
