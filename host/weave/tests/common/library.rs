//! Packages, as far as they are compiled without C: of the installed Go's standard library, and others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use weft_weave::advice::{AdviceError, Resolved};
use weft_weave::hooks::HookPackages;
use weft_weave::model::{Advice, Hook, Matcher, MatcherTarget};
use weft_weave::syntax::{Declaration, PackageNames, PackageSyntax, SourceFile};

/// A package and its Go files.
pub struct Listed {
    pub import_path: String,
    pub name: String,
    pub dir: String,
    pub files: Vec<String>,
}

impl Listed {
    /// Name and text of each file.
    pub fn read(&self) -> Vec<(String, String)> {
        let read = |name: &String| {
            let path = format!("{}/{name}", self.dir);
            (name.clone(), fs::read_to_string(path).unwrap())
        };
        self.files.iter().map(read).collect()
    }
}

/// The packages of the standard library that patterns name.
pub fn list(patterns: &str) -> Vec<Listed> {
    let patterns = patterns.split_whitespace().collect::<Vec<_>>();
    list_with(&mut go(&[]), &patterns)
}

/// The packages that patterns name to a go command, but for those that the go command cannot load.
pub fn list_with(go: &mut Command, patterns: &[&str]) -> Vec<Listed> {
    let format = "{{if not (or .Error .DepsErrors)}}{{.ImportPath}}|{{.Name}}|{{.Dir}}|\
                  {{range .GoFiles}}{{.}} {{end}}{{range .CgoFiles}}{{.}} {{end}}{{end}}";
    go.args(["list", "-e", "-f", format]).args(patterns);
    let output = go.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    let listed = lines.map(|line| {
        let fields = line.split('|').collect::<Vec<_>>();
        Listed {
            import_path: fields[0].to_owned(),
            name: fields[1].to_owned(),
            dir: fields[2].to_owned(),
            files: fields[3].split_whitespace().map(str::to_owned).collect(),
        }
    });
    listed.collect()
}

/// The installed Go's version of the language, such as `1.26`.
pub fn language() -> String {
    let output = go(&["env", "GOVERSION"]).output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let mut parts = version.trim().trim_start_matches("go").split('.');
    format!("{}.{}", parts.next().unwrap(), parts.next().unwrap())
}

/// A go command that takes what is installed, without C.
pub fn go(arguments: &[&str]) -> Command {
    let mut command = Command::new("go");
    command
        .args(arguments)
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "")
        .env("CGO_ENABLED", "0");
    command
}

/// The standard library vendors what is not its own.
pub struct Vendored;

impl PackageNames for Vendored {
    fn package_name(&self, _import_path: &str) -> Option<String> {
        None
    }

    fn import_path(&self, written: &str) -> Option<String> {
        written
            .starts_with("golang.org/")
            .then(|| format!("vendor/{written}"))
    }
}

/// A path for the sockets of a file, which the go command compiles before all others of the folder. It keeps
/// what the name says of systems, and says nothing else: `js.go` and `test.go` are for all.
pub fn first(folder: &str, file: &str) -> String {
    format!("{folder}/00weft{file}")
}

/// Functions that run between fork and exec, where a stack may not grow, and do not say so by a directive:
/// the compiler puts them in line.
const AFTER_FORK: [&str; 2] = ["syscall.capToIndex", "syscall.capToMask"];

/// Matchers for all functions and methods of a package that can be woven.
fn every_function(files: &[(String, String)]) -> Vec<Matcher> {
    let mut receivers = vec![None];
    for (name, text) in files {
        let file = SourceFile::parse(name, text);
        let methods = file.functions();
        receivers.extend(
            methods
                .iter()
                .filter_map(Declaration::receiver_type)
                .map(Some),
        );
    }
    receivers.sort();
    receivers.dedup();
    let every = |receiver| Matcher {
        target: MatcherTarget::Function {
            receiver,
            name: "*".to_owned(),
        },
        must_match: false,
    };
    receivers.into_iter().map(every).collect()
}

/// A package with a hook around every function that can be woven.
pub struct Hooked {
    /// Name and text of each file.
    pub files: Vec<(String, String)>,
    /// The hooks, in the order of their functions; see [`super::hook_everything`].
    pub hooks: Vec<Hook>,
    /// Go source of their functions.
    pub hook_source: String,
    pub resolved: Resolved,
}

/// Hooks every function of a package of the standard library.
pub fn hook_all(listed: &Listed) -> Result<Hooked, Vec<AdviceError>> {
    hook(listed, listed.read(), &Vendored)
}

/// Hooks every function of a package that has these files.
pub fn hook(
    listed: &Listed,
    files: Vec<(String, String)>,
    names: &dyn PackageNames,
) -> Result<Hooked, Vec<AdviceError>> {
    let syntax = PackageSyntax::parse(&listed.import_path, &listed.name, files.clone(), names);
    let package = super::package(&syntax, &every_function(&files));
    let mut functions = String::new();
    let mut imports = BTreeMap::new();
    let mut hooks = Vec::new();
    for (n, join_point) in package.join_points.iter().enumerate() {
        let title = format!("{}.{}", listed.import_path, join_point.title());
        if AFTER_FORK.contains(&title.as_str()) {
            continue;
        }
        let n = u32::try_from(n).unwrap();
        let hook = super::hook_everything(&package, n, &format!("before{n}"), &format!("after{n}"));
        functions += &super::hook_source(&package, &hook, &mut imports);
        hooks.push(hook);
    }
    let mut hook_source = "package hooks\n\nimport (\n".to_owned();
    for (path, alias) in &imports {
        writeln!(hook_source, "\t{alias} \"{path}\"").unwrap();
    }
    hook_source.extend([")\n\ntype Token struct{}\n\n", &functions]);
    let texts = BTreeMap::from([("hooks.go".to_owned(), hook_source.clone())]);
    let advice = hooks.iter().cloned().map(Advice::Hook).collect::<Vec<_>>();
    let hook_packages = HookPackages::parse(&texts).unwrap();
    let resolved = super::resolve_one(&syntax, &package, &hook_packages, &advice)?;
    Ok(Hooked {
        files,
        hooks,
        hook_source,
        resolved,
    })
}
