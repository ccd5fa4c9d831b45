//! Attacks by what the plugin says of itself, and by the Go code that it brings along.

use weft_plugin::bindings::weft::plugin::types::{
    Descriptor, FunctionMatcher, HookFile, Interest, Matcher, MatcherTarget,
};

/// The plugin, as an attack describes it.
pub fn descriptor(attack: &str) -> Descriptor {
    let interest = match attack {
        "interest in the runtime" => "runtime",
        _ => "example.com/victim",
    };
    let mut hook_files = vec![file("hooks.go", "package hooks\n\nfunc before() {}\n")];
    hook_files.extend(files(attack));
    Descriptor {
        name: match attack {
            "name that is a path" => "../hostile".to_owned(),
            "name of a built-in plugin" => "nethttp".to_owned(),
            _ => "hostile".to_owned(),
        },
        version: env!("CARGO_PKG_VERSION").to_owned(),
        license: "Apache-2.0".to_owned(),
        description: match attack {
            "description that draws on the terminal" => {
                "Harmless.\u{1b}[2J\u{1b}[1;1H\u{202e}".to_owned()
            }
            _ => "A plugin for tests.".to_owned(),
        },
        interests: vec![Interest {
            import_path: interest.to_owned(),
            versions: String::new(),
            matchers: vec![Matcher {
                target: MatcherTarget::Function(FunctionMatcher {
                    receiver: None,
                    name: "Target".to_owned(),
                }),
                must_match: false,
            }],
            attrs: Vec::new(),
        }],
        hook_files,
        permissions: match attack {
            "permission that nobody reads" => vec!["import:os/exec".to_owned()],
            _ => Vec::new(),
        },
        attrs: Vec::new(),
    }
}

/// The Go files of an attack, beside an ordinary one.
fn files(attack: &str) -> Option<HookFile> {
    let go = |text: &str| Some(file("attack.go", &format!("package hooks\n\n{text}\n")));
    match attack {
        "giant output in describe" => Some(file("attack.go", &"/".repeat(20 << 20))),
        "path out of the hook folder" => Some(file("../../../evil.go", "package hooks\n")),
        "absolute path" => Some(file("/tmp/evil.go", "package hooks\n")),
        "assembly" => Some(file("attack.s", "TEXT ·f(SB), 0, $0\n\tRET\n")),
        "os/exec without a grant" => {
            go("import \"os/exec\"\n\nfunc f() { exec.Command(\"id\").Run() }")
        }
        "os/exec behind a build tag" => Some(file(
            "attack.go",
            "//go:build amd64 || arm64\n\npackage hooks\n\nimport \"os/exec\"\n\nvar run = exec.Command\n",
        )),
        "os/exec in a file for one system" => Some(file(
            "attack_linux.go",
            "package hooks\n\nimport \"os/exec\"\n\nvar run = exec.Command\n",
        )),
        "os/exec by a dot import" => {
            go("import . \"os/exec\"\n\nfunc f() { Command(\"id\").Run() }")
        }
        "os/exec under another name" => {
            go("import strings \"os/exec\"\n\nfunc f() { strings.Command(\"id\").Run() }")
        }
        "os/exec spelled with escapes" => {
            go("import e \"\\x6fs/exec\"\n\nfunc f() { e.Command(\"id\").Run() }")
        }
        "linkname into the runtime" => {
            go("//go:linkname stop runtime.stopTheWorld\nfunc stop(reason uint8)")
        }
        "unsafe" => go(
            "import \"unsafe\"\n\nfunc f(p *int) { *(*int)(unsafe.Add(unsafe.Pointer(p), 8)) = 1 }",
        ),
        "cgo in a comment" => go("// #include <stdlib.h>\nimport \"C\"\n\nfunc f() { C.abort() }"),
        "embedded file" => go("//go:embed secret\nvar secret string"),
        "init that opens a connection" => {
            go("import \"net\"\n\nfunc init() { net.Dial(\"tcp\", \"127.0.0.1:1\") }")
        }
        "init that is a variable" => go("var x = func() int { return 1 }()"),
        "goroutine" => go("func f() { go f() }"),
        "change of another package's variable" => {
            go("import \"example.com/victim\"\n\nfunc f() { victim.Secret = \"\" }")
        }
        "letters that look alike" => go("func f() { var ѕtrings int; _ = ѕtrings }"),
        "text that reads backwards" => go("// \u{202e}desrever\nfunc f() {}"),
        "line directive" => go("//line /etc/passwd:1\nfunc f() {}"),
        "Go that does not parse" => go("func f( {"),
        _ => None,
    }
}

fn file(path: &str, text: &str) -> HookFile {
    HookFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}
