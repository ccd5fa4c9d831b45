//! `weft plugin test` on programs: what they do and which spans they make, plain and woven.

use weft_tests::command::repository;

use crate::author::{Desk, assert_prints};

/// The example of the guide: its C side from there, the rest from the repository.
fn example() -> Desk {
    let example = repository().join("plugins/examples/ledger");
    let read = |path: &str| std::fs::read_to_string(example.join(path)).unwrap();
    let library = read("library/ledger.go");
    let desk = Desk::of(&[("v1.2.0", library.clone()), ("v1.3.0", library)]);
    let guide = std::fs::read_to_string(repository().join("docs/write-a-plugin.md")).unwrap();
    let c = guide.split("```c\n").nth(1).unwrap();
    let c = c.split("```").next().unwrap();
    desk.app.write("ledger/plugin.c", c);
    for path in [
        "go/hooks.go",
        "live/go.mod",
        "live/main.go",
        "live/spans.txt",
    ] {
        desk.app.write(&format!("ledger/{path}"), &read(path));
    }
    desk
}

#[test]
fn the_example_makes_the_spans_that_its_folder_says() {
    let desk = example();
    // Without snapshots, only those are missing.
    let test = desk.plugin(&["test", "ledger"]).run();
    let live =
        |version: &str, outcome: &str| format!("{outcome:<8} example.com/ledger@{version}, live");
    let (lowest, newest) = (live("v1.2.0", "ok"), live("v1.3.0", "ok"));
    assert_prints(&test, 1, &["missing", &lowest, &newest]);
    desk.plugin(&["test", "ledger", "--bless"]).ok();
    assert_prints(
        &desk.plugin(&["test", "ledger"]).run(),
        0,
        &[&lowest, &newest],
    );

    // Another span is a difference, which a person accepts.
    desk.app
        .replace("ledger/go/hooks.go", "\"post \"+entry.Account", "\"enter\"");
    let test = desk.plugin(&["test", "ledger"]).run();
    let differs = live("v1.3.0", "differs");
    assert_prints(
        &test,
        1,
        &[&differs, "-post rent (client", "+enter (client"],
    );
    desk.plugin(&["test", "ledger", "--bless"]).ok();
    assert!(desk.read("ledger/live/spans.txt").contains("enter (client"));
    desk.plugin(&["test", "ledger"]).ok();
}

#[test]
fn versions_that_make_other_spans_have_a_file_of_their_own() {
    let desk = example();
    desk.plugin(&["test", "ledger", "--bless"]).ok();
    let lowest = "ledger/live/spans-lowest.txt";
    assert!(!desk.app.directory().join(lowest).exists());
    // As if the newest one had come to name what it makes.
    desk.app
        .replace("ledger/live/main.go", "\"ledger.test\"", "ledgerOf()");
    let main = desk.read("ledger/live/main.go");
    let by_version = "
func ledgerOf() string {
	info, _ := debug.ReadBuildInfo()
	return \"ledger\" + info.Deps[0].Version
}
";
    let main = main.replace("\t\"fmt\"\n", "\t\"fmt\"\n\t\"runtime/debug\"\n");
    desk.app.write("ledger/live/main.go", &(main + by_version));
    let blessed = desk.plugin(&["test", "ledger", "--bless"]).run();
    assert_prints(&blessed, 0, &["live/spans-lowest.txt", "live/spans.txt"]);
    assert!(desk.read(lowest).contains("ledgerv1.2.0"));
    assert!(desk.read("ledger/live/spans.txt").contains("ledgerv1.3.0"));
    desk.plugin(&["test", "ledger"]).ok();

    // What an author says varies is not looked at, and the file goes where it is not needed.
    let spans = desk.read("ledger/live/spans.txt");
    desk.app.write(
        "ledger/live/spans.txt",
        &format!("varies: server.address\n\n{spans}"),
    );
    desk.plugin(&["test", "ledger", "--bless"]).ok();
    assert!(!desk.app.directory().join(lowest).exists());
    let spans = desk.read("ledger/live/spans.txt");
    assert!(
        spans.starts_with("varies: server.address\n\n") && spans.contains("server.address = …"),
        "{spans}"
    );
    desk.plugin(&["test", "ledger"]).ok();
}

#[test]
fn a_plugin_that_changes_what_a_program_does_is_told() {
    let desk = example();
    desk.app.replace(
        "ledger/go/hooks.go",
        "\treturn span, ctx",
        "\tctx, cancel := context.WithCancel(ctx)\n\tcancel()\n\treturn span, ctx",
    );
    let test = desk.plugin(&["test", "ledger", "--bless"]).run();
    assert_prints(
        &test,
        1,
        &[
            "breaks   example.com/ledger@v1.3.0, live",
            "-standard output: ledger.test/1 <nil>",
            "+standard output:  context canceled",
        ],
    );
}

#[test]
fn exit_codes_are_told_and_are_the_same() {
    let desk = example();
    let main = desk.read("ledger/live/main.go");
    let main = main.replace("\t\"fmt\"\n", "\t\"fmt\"\n\t\"os\"\n");
    let main = main.replace(
        "\t\tfmt.Println(id, err)\n",
        "\t\tfmt.Println(id, err)\n\t\tdefer os.Exit(7)\n",
    );
    desk.app.write("ledger/live/main.go", &main);
    desk.plugin(&["test", "ledger", "--bless"]).ok();
    let spans = desk.read("ledger/live/spans.txt");
    assert!(spans.starts_with("exit code: 7\n\npost gifts"), "{spans}");
}

#[test]
fn programs_that_cannot_be_run_are_named_with_the_reason() {
    let desk = example();
    let fails = |words: &[&str]| {
        desk.plugin(&["test", "ledger"])
            .fails()
            .assert_stderr(words);
    };
    let main = desk.read("ledger/live/main.go");
    desk.app.write(
        "ledger/live/main.go",
        &main.replace("client.Post", "client.Pots"),
    );
    fails(&[
        "W0761",
        "example.com/ledger@v1.2.0",
        "client.Pots undefined",
    ]);
    desk.app
        .write("ledger/live/main.go", "package main\n\nfunc main() {}\n");
    fails(&["W0764", "imports no package"]);
    desk.app.write("ledger/live/main.go", &main);

    let hooks = desk.read("ledger/go/hooks.go");
    let wrong = hooks.replace("span.End()", "span.End(1)");
    desk.app.write("ledger/go/hooks.go", &wrong);
    fails(&["W0762", "too many arguments in call to span.End"]);
    desk.app.write("ledger/go/hooks.go", &hooks);

    // A program that does not end is ended.
    let waits = main.replace("client := ", "time.Sleep(time.Hour)\n\tclient := ");
    let waits = waits.replace("\t\"fmt\"\n", "\t\"fmt\"\n\t\"time\"\n");
    desk.app.write("ledger/live/main.go", &waits);
    desk.plugin(&["test", "ledger", "--timeout", "1"])
        .fails()
        .assert_stderr(&["W0766", "plain", "after 1 s"]);

    // Something else asks for a newer version.
    desk.app.write(
        "ledger/live/other/go.mod",
        "module example.com/other\n\ngo 1.24\n\nrequire example.com/ledger v1.3.0\n",
    );
    desk.app.write(
        "ledger/live/other/other.go",
        "package other\n\nimport _ \"example.com/ledger\"\n",
    );
    let module = desk.read("ledger/live/go.mod");
    let other = "require example.com/other v0.0.0\n\nreplace example.com/other => ./other\n";
    desk.app
        .write("ledger/live/go.mod", &format!("{module}\n{other}"));
    let imports = main.replace("import (\n", "import (\n\t_ \"example.com/other\"\n");
    desk.app.write("ledger/live/main.go", &imports);
    fails(&["W0763", "example.com/ledger v1.2.0", "v1.3.0"]);
    std::fs::remove_file(desk.app.directory().join("ledger/live/go.mod")).unwrap();
    fails(&["W0760", "live/other holds no program"]);
    std::fs::remove_dir_all(desk.app.directory().join("ledger/live/other")).unwrap();
    fails(&["W0760", "go mod init"]);
}
