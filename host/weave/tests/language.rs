//! Go's own tests of the language and the compiler, with a hook around every function of theirs that can
//! be woven: programs run as they run plain, and what does not compile gets the same errors.
//!
//! They lie in the folder `test` of an installed Go. `WEFT_TORTURE` chooses files by the beginning of
//! their path, such as `typeparam/ recover`, or is `all`, as `just torture-language` has it; without it, a few are taken.
//! `tests/torture/language.txt` lists files that may differ, with the reason.
#![expect(clippy::unwrap_used, reason = "a test says so when it cannot go on")]
#![expect(
    clippy::print_stderr,
    reason = "a run takes long, and says what differs"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::library::{self, Listed};
use common::plugged::weave;

/// What is taken where nothing is chosen.
const SHORT: &str = "bom.go crlf.go closure.go defer.go recover4.go method5.go range4.go typeparam/list.go typeparam/maps.go";

/// How long a program may run.
const PATIENCE: Duration = Duration::from_mins(2);

/// A file of Go's tests.
struct Case {
    /// Its path below the folder of tests.
    name: String,
    /// A copy of it in a folder of its own.
    listed: Listed,
    runs: bool,
}

/// What the first line of a file says is done with it; None where that needs flags or several files.
fn action(text: &str) -> Option<&str> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let first = lines.find(|line| !line.starts_with("//go:build") && !line.trim().is_empty())?;
    let action = first.strip_prefix("// ")?.trim();
    matches!(action, "run" | "compile" | "build" | "errorcheck").then_some(action)
}

/// Copies the wanted files into a module, each into a folder of its own.
fn cases(tests: &Path, root: &Path, wanted: &str) -> Vec<Case> {
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(tests.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let name = path.to_string_lossy().into_owned();
            if entry.file_type().unwrap().is_dir() {
                // Each of those is one test of several packages.
                if !name.ends_with(".dir") {
                    folders.push(path);
                }
            } else if name.ends_with(".go") {
                names.push(name);
            }
        }
    }
    names.retain(|name| wanted == "all" || wanted.split_whitespace().any(|w| name.starts_with(w)));
    names.sort();
    let mut out = Vec::new();
    for name in names {
        let Ok(text) = fs::read_to_string(tests.join(&name)) else {
            continue;
        };
        let Some(action) = action(&text) else {
            continue;
        };
        let folder = format!("t{}", out.len());
        let dir = root.join(&folder);
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("x.go"), &text).unwrap();
        out.push(Case {
            name,
            listed: Listed {
                import_path: format!("language/{folder}"),
                // As if hooks could import it: they get the types it declares.
                name: "p".to_owned(),
                dir: dir.to_string_lossy().into_owned(),
                files: vec!["x.go".to_owned()],
            },
            runs: action == "run",
        });
    }
    out
}

/// Packages that the go command does not refuse to give to the compiler.
fn loaded(root: &Path) -> Vec<String> {
    let format = "{{if not (or .Error .DepsErrors)}}{{.ImportPath}}{{end}}";
    let listed = library::go(&["list", "-e", "-f", format, "./..."])
        .current_dir(root)
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    listed.split_whitespace().map(str::to_owned).collect()
}

/// What the compiler says of each package that does not compile, by folder, in the order of positions.
fn build(
    root: &Path,
    out: &Path,
    overlay: Option<&str>,
    packages: &[String],
) -> BTreeMap<String, Vec<String>> {
    fs::create_dir(out).unwrap();
    let out = format!("{}/", out.display());
    let mut arguments = vec!["build", "-gcflags=-e", "-o", &out];
    arguments.extend(overlay);
    arguments.extend(packages.iter().map(String::as_str));
    let built = library::go(&arguments).current_dir(root).output().unwrap();
    let mut errors = BTreeMap::<String, Vec<String>>::new();
    let mut package = String::new();
    for line in String::from_utf8_lossy(&built.stderr).lines() {
        if let Some(path) = line.strip_prefix("# ") {
            path.trim_start_matches("language/")
                .clone_into(&mut package);
        } else {
            // Of what an error refers to, the compiler also says where that is in the woven file.
            let here = format!("[{}", root.display());
            let parts = line.split(&here).enumerate();
            let parts = parts.map(|(n, part)| match part.split_once(']') {
                Some((_, rest)) if n > 0 => rest,
                _ => part,
            });
            errors
                .entry(package.clone())
                .or_default()
                .push(parts.collect());
        }
    }
    for lines in errors.values_mut() {
        lines.sort();
    }
    errors
}

/// Exit code and output of a program; of a panic, the names and lines of its frames.
fn run(program: &Path, directory: &Path) -> String {
    let log = program.with_extension("log");
    let output = File::create(&log).unwrap();
    let mut child = Command::new(program)
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.to_string();
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            break "does not end".to_owned();
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let said = fs::read(log).unwrap();
    let said = String::from_utf8_lossy(&said);
    // Addresses and offsets into functions are the machine code's.
    let lines = said
        .lines()
        .filter(|line| !line.starts_with("goroutine ") && !line.starts_with("[signal "))
        .map(|line| line.split(" +0x").next().unwrap())
        .map(|line| {
            let frame = ["(0x", "({0x", "({{0x", "(...)", "()"]
                .iter()
                .filter_map(|arguments| line.find(arguments))
                .min();
            &line[..frame.unwrap_or(line.len())]
        });
    format!("{status}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// The differences between plain and woven.
fn differences(tests: &Path, root: &Path, cases: &[Case]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut replace = BTreeMap::new();
    let mut functions = 0;
    for case in cases {
        match weave(&case.listed, &library::Vendored) {
            Ok(files) => {
                for (n, (path, woven)) in files.into_iter().enumerate() {
                    functions += woven.matches("\nvar weft_").count();
                    let to = format!("{}/woven{n}", case.listed.dir);
                    fs::write(&to, woven).unwrap();
                    replace.insert(path, to);
                }
            }
            // Weaving it would say so too.
            Err(reason) => eprintln!("{}: not woven: {reason}", case.name),
        }
    }
    assert!(functions > 0, "nothing is woven");
    eprintln!("{} files, {functions} sockets", cases.len());
    let overlay = root.join("overlay.json");
    let text = serde_json::to_string(&BTreeMap::from([("Replace", replace)])).unwrap();
    fs::write(&overlay, text).unwrap();
    let overlay = format!("-overlay={}", overlay.display());
    let built = ["plain", "woven"].map(|how| root.join(how));
    let packages = loaded(root);
    let plain = build(root, &built[0], None, &packages);
    let woven = build(root, &built[1], Some(&overlay), &packages);
    let mut programs = 0;
    for case in cases {
        let folder = case.listed.import_path.trim_start_matches("language/");
        let [a, b] = [&plain, &woven].map(|errors| errors.get(folder).cloned().unwrap_or_default());
        if a != b {
            let text = format!("{}\n--- woven\n{}", a.join("\n"), b.join("\n"));
            out.push((case.name.clone(), text));
            continue;
        }
        let [a, b] = built.each_ref().map(|out| out.join(folder));
        if !case.runs || !a.exists() {
            continue;
        }
        programs += 1;
        let directory = tests.join(&case.name);
        let directory = directory.parent().unwrap();
        let [a, b] = [a, b].map(|program| run(&program, directory));
        if a != b {
            out.push((case.name.clone(), format!("{a}\n--- woven\n{b}")));
        }
    }
    eprintln!("{programs} programs run");
    assert!(programs > 0, "nothing is run");
    out
}

#[test]
fn gos_own_tests_of_the_language_come_out_the_same() {
    let said = library::go(&["env", "GOROOT", "GOVERSION"])
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let (goroot, version) = said.trim().split_once('\n').unwrap();
    let tests = Path::new(goroot).join("test");
    let wanted = std::env::var("WEFT_TORTURE");
    if wanted.is_err() && !tests.is_dir() {
        eprintln!("this Go came without its tests");
        return;
    }
    assert!(tests.is_dir(), "no {}", tests.display());
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    let module = format!("module language\n\ngo {}\n", &version[2..6]);
    fs::write(root.join("go.mod"), module).unwrap();
    let cases = cases(&tests, root, &wanted.unwrap_or_else(|_| SHORT.to_owned()));
    let expected = include_str!("torture/language.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(" # ").next())
        .collect::<BTreeSet<_>>();
    let lost = differences(&tests, root, &cases)
        .into_iter()
        .filter(|(name, _)| !expected.contains(name.as_str()))
        .map(|(name, text)| format!("=== {name}\n{text}"))
        .collect::<Vec<_>>();
    assert!(
        lost.is_empty(),
        "{}\n{} differ",
        lost.join("\n"),
        lost.len()
    );
}
