//! The installed Go's standard library, as far as it is compiled without C.

use std::fs;
use std::process::Command;

use weft_weave::model::{Matcher, MatcherTarget};
use weft_weave::syntax::{Declaration, PackageNames, SourceFile};

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

/// The packages that patterns name.
pub fn list(patterns: &str) -> Vec<Listed> {
    let format = "{{.ImportPath}}|{{.Name}}|{{.Dir}}|{{range .GoFiles}}{{.}} {{end}}{{range .CgoFiles}}{{.}} {{end}}";
    let mut arguments = vec!["list", "-f", format];
    arguments.extend(patterns.split_whitespace());
    let output = go(&arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let listed = text.lines().map(|line| {
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

/// A go command that sees the packages as [`list`] does.
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

/// Matchers for all functions and methods of a package that can be woven.
pub fn every_function(files: &[(String, String)]) -> Vec<Matcher> {
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
