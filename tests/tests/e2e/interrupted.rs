//! Builds that are stopped or killed leave nothing that the next build could trip over.

use weft_tests::process::Signal;
use weft_tests::{App, go};

/// A `go` command that waits, where it is to build, until a signal comes, and says which.
const WAITING: &str = "\
case \"$1\" in build) ;; *) exec GO \"$@\" ;; esac
for signal in HUP INT QUIT TERM; do trap \"echo got $signal; exit 7\" $signal; done
echo waiting
while :; do sleep 0.02; done";

#[test]
fn a_signal_sent_to_weft_alone_reaches_the_go_command() {
    let app = App::shared("small");
    let real = app.go(["env", "GOROOT"]).ok().stdout.trim().to_owned() + "/bin/go";
    let path = app.script("bin", "go", &WAITING.replace("GO", &real));
    for (signal, name) in [
        (Signal::HUP, "HUP"),
        (Signal::INT, "INT"),
        (Signal::QUIT, "QUIT"),
        (Signal::TERM, "TERM"),
    ] {
        let build = app
            .weft(["go", "build", "-o"])
            .args([app.out("stopped")])
            .args(["./cmd/flags"])
            .env("PATH", &path)
            .start();
        build.wait_for_line("waiting").unwrap();
        build.signal(signal).unwrap();
        let (status, lines) = build.wait().unwrap();
        assert_eq!(status.code(), Some(7), "{lines:?}");
        assert!(lines.contains(&format!("got {name}")), "{lines:?}");
    }
}

/// Points at which builds are killed, in thousandths of the time that one takes here: from the first
/// step of planning to linking. `WEFT_KILLS` asks for more of them.
fn points() -> Vec<u32> {
    let asked = std::env::var("WEFT_KILLS").map(|count| count.parse().expect("a number"));
    let count: u32 = asked.unwrap_or(2);
    (1..=count).map(|point| point * 900 / count).collect()
}

#[test]
fn a_build_after_a_killed_one_is_as_if_there_had_been_none() {
    let app = App::copy("small");
    let tree = app.tree();
    let build = |caches: &str, out: &str| {
        app.weft(["go", "build", "-trimpath", "-o"])
            .args([app.out(out)])
            .args(["./cmd/flags"])
            .env("GOCACHE", app.out(caches).join("go-build"))
            .env("WEFT_CACHE", app.out(caches).join("weft"))
    };
    let fresh = |caches: &str| {
        go::plain_cache(app.directory(), &app.out(caches).join("go-build")).unwrap();
    };
    fresh("undisturbed");
    let started = std::time::Instant::now();
    build("undisturbed", "reference").ok();
    let takes = started.elapsed();
    let reference = std::fs::read(app.out("reference")).unwrap();
    for (round, point) in points().into_iter().enumerate() {
        let signal = [Signal::KILL, Signal::INT][round % 2];
        let caches = format!("caches{round}");
        fresh(&caches);
        let group = build(&caches, "killed").start_group();
        std::thread::sleep(takes * point / 1000);
        group.signal_group(signal).unwrap();
        group.wait().unwrap();
        assert_eq!(app.tree(), tree, "after {signal:?} at {point}");
        let out = format!("after{round}");
        build(&caches, &out).ok();
        let binary = std::fs::read(app.out(&out)).unwrap();
        assert!(binary == reference, "after {signal:?} at {point}");
        std::fs::remove_dir_all(app.out(&caches)).unwrap();
    }
}
