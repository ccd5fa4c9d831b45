//! Every span arrives, however a program ends, and it ends as it would without weft.

use weft_tests::process::Signal;
use weft_tests::{App, Sink, Tool, Trace};

/// Spans that a program makes before it ends: more than one batch of the exporter.
const QUERIES: usize = 700;

const SPAN: &str = "SELECT things";

fn all(trace: &Trace) -> bool {
    trace.count(SPAN) >= QUERIES
}

/// Ends the program in one way, woven and plainly; both must end alike.
fn ends(how: &str) {
    let app = App::shared("small");
    let queries = format!("-queries={QUERIES}");
    let sink = Sink::start().unwrap();
    let run = |executable| {
        Tool::new(executable)
            .args([&*queries, how])
            .exporting(&sink, "exits")
            .run()
    };
    let plain = run(app.plain("./cmd/exits"));
    let woven = run(app.woven("./cmd/exits"));
    assert_eq!(woven.status, plain.status, "{woven}");
    assert_eq!(woven.stdout, plain.stdout);
    if how != "panic" {
        // The log's time differs.
        let messages = |stderr: &str| -> Vec<String> {
            stderr
                .lines()
                .map(|line| line.chars().skip(20).collect())
                .collect()
        };
        assert_eq!(messages(&woven.stderr), messages(&plain.stderr));
    }
    let trace = sink.trace();
    assert_eq!(
        trace.count(SPAN),
        QUERIES,
        "{how}: spans that arrived before the process ended"
    );
    assert_eq!(trace.len(), QUERIES);
}

#[test]
fn return_from_main() {
    ends("return");
}

#[test]
fn os_exit() {
    ends("exit");
}

#[test]
fn os_exit_as_a_value() {
    ends("exit-value");
}

#[test]
fn log_fatal() {
    ends("fatal");
}

#[test]
fn log_fatal_in_a_goroutine() {
    ends("goroutine");
}

#[test]
fn panic_in_main() {
    ends("panic");
}

#[test]
fn goexit_of_the_main_goroutine() {
    ends("goexit");
}

#[test]
fn after_50_milliseconds() {
    ends("50ms");
}

/// Starts the woven program and waits until it is ready for a signal.
fn ready(sink: &Sink, how: &str) -> weft_tests::Process {
    let app = App::shared("small");
    let queries = format!("-queries={QUERIES}");
    let process = Tool::new(app.woven("./cmd/exits"))
        .args([&*queries, how])
        .exporting(sink, "exits")
        .start();
    process.wait_for_line("ready").unwrap();
    process
}

#[test]
fn signals_kill_a_program_that_does_not_handle_them() {
    use std::os::unix::process::ExitStatusExt as _;
    for signal in [Signal::TERM, Signal::INT] {
        let sink = Sink::start().unwrap();
        let process = ready(&sink, "wait");
        process.signal(signal).unwrap();
        let (status, lines) = process.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()), "{lines:?}");
        assert_eq!(lines, ["ready"]);
        assert!(all(&sink.trace()));
    }
}

#[test]
fn a_programs_own_handler_decides() {
    for (signal, name) in [(Signal::TERM, "terminated"), (Signal::INT, "interrupt")] {
        let sink = Sink::start().unwrap();
        let process = ready(&sink, "handler");
        process.signal(signal).unwrap();
        let (status, lines) = process.wait().unwrap();
        assert_eq!(status.code(), Some(7), "{lines:?}");
        assert_eq!(lines, ["ready".to_owned(), format!("got {name}")]);
        assert!(all(&sink.trace()));
    }
}

#[test]
fn a_program_that_survives_a_signal_goes_on_sending() {
    use std::os::unix::process::ExitStatusExt as _;
    let sink = Sink::start().unwrap();
    let process = ready(&sink, "survive");
    process.signal(Signal::TERM).unwrap();
    process.wait_for_line("again").unwrap();
    // The program has called signal.Stop: a second signal kills.
    process.signal(Signal::TERM).unwrap();
    let (status, lines) = process.wait().unwrap();
    assert_eq!(status.signal(), Some(Signal::TERM.as_raw()), "{lines:?}");
    assert_eq!(sink.trace().count(SPAN), QUERIES + 1);
}

/// Also where the function's types are not imported by the package that uses it.
#[test]
fn a_context_that_ends_with_a_signal() {
    use std::os::unix::process::ExitStatusExt as _;
    for how in ["context", "context-elsewhere"] {
        let sink = Sink::start().unwrap();
        let process = ready(&sink, how);
        process.signal(Signal::TERM).unwrap();
        // Now the program has called the context's stop function: a second signal kills.
        process.wait_for_line("again").unwrap();
        process.signal(Signal::TERM).unwrap();
        let (status, lines) = process.wait().unwrap();
        assert_eq!(
            status.signal(),
            Some(Signal::TERM.as_raw()),
            "{how}: {lines:?}"
        );
        assert_eq!(lines, ["ready", "again"], "{how}");
        assert!(all(&sink.trace()));
    }
}

#[test]
fn a_signal_that_is_no_longer_ignored_kills() {
    use std::os::unix::process::ExitStatusExt as _;
    let sink = Sink::start().unwrap();
    let process = ready(&sink, "reset");
    process.signal(Signal::TERM).unwrap();
    let (status, lines) = process.wait().unwrap();
    assert_eq!(status.signal(), Some(Signal::TERM.as_raw()), "{lines:?}");
    assert!(all(&sink.trace()));
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let sink = Sink::start().unwrap();
    let process = ready(&sink, "ignore");
    process.signal(Signal::TERM).unwrap();
    let (status, lines) = process.wait().unwrap();
    assert_eq!(status.code(), Some(0), "{lines:?}");
    assert!(all(&sink.trace()));
}
