use proptest::prelude::*;

use super::*;

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

fn parse(line: &str) -> GoCommand {
    GoCommand::parse(&words(line)).unwrap().unwrap()
}

fn arguments(command: &GoCommand, added: &[&str], files: &[&str]) -> String {
    let added: Vec<String> = added.iter().map(ToString::to_string).collect();
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let arguments = command.arguments(&added, &files);
    arguments
        .iter()
        .map(|word| word.to_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn other_commands_pass_through() {
    for line in [
        "version",
        "env GOROOT",
        "mod tidy",
        "",
        "-C",
        "build -h",
        "build -unknown x",
        "vet ./...",
    ] {
        let parsed = GoCommand::parse(&words(line));
        assert!(
            matches!(parsed, Ok(None) | Err(GoError::MissingValue { .. })),
            "{line}: {parsed:?}"
        );
    }
}

#[test]
fn build_takes_flags_then_packages() {
    let command = parse("build -C sub -o bin/app -race -tags=a,b --trimpath ./cmd/... ./x");
    assert_eq!(command.chdir.as_deref(), Some(Path::new("sub")));
    assert_eq!(command.packages, words("./cmd/... ./x"));
    assert_eq!(command.value("o"), Some("bin/app"));
    assert_eq!(command.listing_flags(), ["-race", "-tags=a,b"]);
    assert_eq!(
        arguments(&command, &["-added"], &[]),
        "build -added -o bin/app -race -tags=a,b --trimpath ./cmd/... ./x"
    );
}

#[test]
fn what_is_added_overrides_the_users_mod() {
    let command = parse("build -mod mod -o app ./x");
    assert!(command.updates_go_mod());
    assert_eq!(command.listing_flags(), ["-mod=mod"]);
    assert_eq!(
        arguments(&command, &["-mod=readonly"], &[]),
        "build -mod=mod -mod=readonly -o app ./x"
    );
    assert_eq!(
        arguments(&parse("build -mod=vendor"), &[], &[]),
        "build -mod=vendor"
    );
    assert!(!parse("build -mod=readonly").updates_go_mod());
    assert!(!parse("run -mod=mod example.com/cmd@v1.0.0").updates_go_mod());
    let by_goflags = |line| parse(line).with_goflags("-mod=mod").unwrap();
    assert!(by_goflags("build").updates_go_mod());
    assert!(!by_goflags("build -mod=vendor").updates_go_mod());
}

#[test]
fn chdir_may_come_before_the_subcommand() {
    assert_eq!(
        parse("-C=sub build").chdir.as_deref(),
        Some(Path::new("sub"))
    );
}

#[test]
fn the_users_gcflags_come_first_wherever_they_stood() {
    let command = parse("test ./... -gcflags all=-N -run X -overlay=o.json -custom v rest");
    assert_eq!(command.gcflags().collect::<Vec<_>>(), ["all=-N"]);
    assert_eq!(command.value("overlay"), Some("o.json"));
    assert_eq!(
        arguments(&command, &["-added"], &[]),
        "test -gcflags=all=-N -added ./... -run X -custom v -args rest"
    );
}

#[test]
fn run_separates_files_packages_and_arguments() {
    let files = parse("run -race a.go b.go -v c");
    let directory = tempfile::tempdir().unwrap();
    assert!(!files.names_files(directory.path()));
    std::fs::write(directory.path().join("a.go"), "package main").unwrap();
    assert!(files.names_files(directory.path()));
    std::fs::create_dir(directory.path().join("nats.go")).unwrap();
    assert!(!parse("build ./nats.go").names_files(directory.path()));
    assert_eq!(
        arguments(&files, &[], &["/app/weft.go"]),
        "run -race a.go b.go weft.go -v c"
    );
    let package = parse("run ./cmd -v c");
    assert_eq!(package.packages, words("./cmd"));
    assert_eq!(arguments(&package, &[], &[]), "run ./cmd -v c");
    assert!(parse("run example.com/cmd@v1.0.0").names_versions());
    assert!(!parse("run ./a@b").names_versions());
}

#[test]
fn test_flags_may_follow_packages_and_unknown_ones_belong_to_the_test() {
    let command = parse("test -v ./a ./b -count=1 -mine value -short -- x");
    assert_eq!(command.packages, words("./a ./b"));
    assert_eq!(
        arguments(&command, &[], &[]),
        "test -v ./a ./b -count=1 -mine value -short -- x"
    );
    let command = parse("test ./a -gcflags=-N ./b");
    assert_eq!(command.packages, words("./a"));
    assert_eq!(
        arguments(&command, &[], &[]),
        "test -gcflags=-N ./a -args ./b"
    );
    let command = parse("test -mine ./a");
    assert!(command.packages.is_empty());
    let command = parse("test ./a -args -v ./b");
    assert_eq!(command.packages, words("./a"));
    assert_eq!(arguments(&command, &[], &[]), "test ./a -args -v ./b");
}

#[test]
fn goflags_are_overridden_by_the_command_line() {
    let command = parse("build -tags=x")
        .with_goflags("-tags=y -race '-gcflags=all=-N -l'")
        .unwrap();
    assert_eq!(command.value("tags"), Some("x"));
    assert_eq!(command.gcflags().collect::<Vec<_>>(), ["all=-N -l"]);
}

#[test]
fn another_toolexec_is_refused_by_name() {
    let refused = parse("build -toolexec=garble")
        .with_goflags("")
        .unwrap_err();
    assert!(matches!(
        refused,
        GoError::UserToolexec {
            origin: "the command line",
            ..
        }
    ));
    for weft in ["/x/weft toolexec", "/c/steps/weft-step-0a /x/weft toolexec"] {
        let goflags = format!("'-toolexec={weft}'");
        let nested = parse("build").with_goflags(&goflags).unwrap_err();
        assert!(matches!(
            nested,
            GoError::Nested {
                origin: "GOFLAGS",
                ..
            }
        ));
    }
    let gccgo = parse("build -compiler gccgo").with_goflags("").unwrap_err();
    assert!(matches!(gccgo, GoError::Compiler { .. }));
}

#[test]
fn a_missing_value_is_named() {
    let missing = GoCommand::parse(&words("build -o")).unwrap_err();
    assert!(matches!(missing, GoError::MissingValue { flag } if flag == "o"));
}

/// Words of command lines, and what only looks like them.
fn word() -> impl Strategy<Value = OsString> {
    let known = prop::sample::select(vec![
        "-race",
        "--race",
        "-tags",
        "-tags=a,b",
        "-o",
        "-o=out",
        "-gcflags",
        "-gcflags=all=-N -l",
        "-v",
        "-run",
        "-run=X",
        "-count=1",
        "-args",
        "--",
        "-",
        "---x",
        "-=",
        "-unknown",
        "-unknown=1",
        "-cover",
        "-coverpkg",
        "-overlay",
        "-mod=mod",
        "-ldflags=-X a=b",
        "-test.v",
        "-test.run",
        "-c",
        "-exec",
        "-json",
        "-p",
        "-h",
        "./...",
        ".",
        "a.go",
        "b.go",
        "./cmd/x",
        "example.com/x@v1.0.0",
        "x",
        "",
        "-toolexec=x",
        "-covermode=set",
        "-timeout",
        "1s",
    ]);
    prop_oneof![9 => known.prop_map(OsString::from), 1 => "\\PC{0,8}".prop_map(OsString::from)]
}

proptest! {
    /// What is read of a command line is given to the go command so that it reads the same.
    #[test]
    fn fuzz_command_lines(
        subcommand in prop::sample::select(vec!["build", "install", "run", "test"]),
        rest in prop::collection::vec(word(), 0..8),
    ) {
        let mut line = vec![OsString::from(subcommand)];
        line.extend(rest);
        if let Ok(Some(command)) = GoCommand::parse(&line) {
            let given = command.arguments(&[], &[]);
            let again = GoCommand::parse(&given).unwrap().unwrap();
            prop_assert_eq!(again.arguments(&[], &[]), given);
            prop_assert_eq!(&again.packages, &command.packages);
            let values = |command: &GoCommand| command.gcflags().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(values(&again), values(&command));
            // An overlay is given in another way.
            let listing = |command: &GoCommand| {
                let mut flags = command.listing_flags();
                flags.retain(|flag| !flag.starts_with("-overlay="));
                flags.sort(); // those that are overridden come first
                flags
            };
            prop_assert_eq!(listing(&again), listing(&command));
        }
    }
}
