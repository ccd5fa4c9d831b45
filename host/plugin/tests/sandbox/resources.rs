//! Plugins that want too much.

use std::time::Duration;

use weft_plugin_host::Limits;

use super::guest::Guest;
use super::{advise_fails, describe_fails};

const LOOP: &str = "(loop $l (br $l)) unreachable";

fn describing(body: &str) -> Vec<u8> {
    Guest {
        describe: body.to_owned(),
        ..Guest::good()
    }
    .component()
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let limits = Limits {
        fuel: 1_000_000,
        ..Limits::default()
    };
    let (code, words) = describe_fails(describing(LOOP), limits);
    assert_eq!(code, "W0211");
    assert_eq!(
        words,
        "plugin `bad.wasm`: `describe` ran too long: it used all of its 1000000 instructions"
    );

    let guest = Guest {
        advise: LOOP.to_owned(),
        ..Guest::good()
    };
    let (code, words) = advise_fails(&guest, limits);
    assert_eq!(code, "W0211");
    assert!(
        words.starts_with("plugin `good`: `advise` ran too long"),
        "{words}"
    );
}

#[test]
fn a_loop_at_instantiation_runs_out_of_fuel() {
    let guest = Guest {
        module: format!("(func $s {LOOP}) (start $s)"),
        ..Guest::good()
    };
    let (code, _) = describe_fails(
        guest.component(),
        Limits {
            fuel: 1_000_000,
            ..Limits::default()
        },
    );
    assert_eq!(code, "W0211");
}

#[test]
fn the_watchdog_ends_what_fuel_does_not() {
    let limits = Limits {
        fuel: u64::MAX,
        time: Duration::from_secs(1),
        ..Limits::default()
    };
    let (code, words) = describe_fails(describing(LOOP), limits);
    assert_eq!(
        (code, words.as_str()),
        (
            "W0212",
            "plugin `bad.wasm`: `describe` was still running after 1 s"
        )
    );
}

#[test]
fn a_memory_bomb_is_stopped() {
    let grow = "(loop $l (drop (memory.grow (i32.const 16))) (br $l)) unreachable";
    let (code, words) = describe_fails(describing(grow), Limits::default());
    assert_eq!(
        (code, words.as_str()),
        (
            "W0213",
            "plugin `bad.wasm`: `describe` wanted more than 64 MiB of memory"
        )
    );
    // Refused as a whole before the first page.
    let guest = Guest {
        pages: 60_000,
        ..Guest::good()
    };
    assert_eq!(
        describe_fails(guest.component(), Limits::default()).0,
        "W0213"
    );
}

#[test]
fn a_table_bomb_is_stopped() {
    let guest = Guest {
        module: "(table $t 1 funcref)".to_owned(),
        describe:
            "(loop $l (drop (table.grow $t (ref.null func) (i32.const 65536))) (br $l)) unreachable"
                .to_owned(),
        ..Guest::good()
    };
    assert_eq!(
        describe_fails(guest.component(), Limits::default()).0,
        "W0213"
    );
}

#[test]
fn deep_recursion_is_stopped() {
    let guest = Guest {
        module:
            "(func $r (param i32) (result i32) (i32.add (i32.const 1) (call $r (local.get 0))))"
                .to_owned(),
        describe: "(call $r (i32.const 0))".to_owned(),
        ..Guest::good()
    };
    let (code, words) = describe_fails(guest.component(), Limits::default());
    assert_eq!(code, "W0214");
    assert!(
        words.contains("`describe` recursed too deeply: it used all of its 1024 KiB of stack"),
        "{words}"
    );
}

#[test]
fn a_trap_names_the_plugin_and_the_function() {
    let (code, words) = describe_fails(describing("unreachable"), Limits::default());
    assert_eq!(code, "W0210");
    assert!(
        words.starts_with("plugin `bad.wasm`: `describe` trapped: wasm trap: "),
        "{words}"
    );
    let guest = Guest {
        advise: "(i32.div_u (i32.const 1) (i32.const 0))".to_owned(),
        ..Guest::good()
    };
    let (code, words) = advise_fails(&guest, Limits::default());
    assert_eq!(code, "W0210");
    assert!(
        words.contains("`advise` trapped") && words.contains("divide by zero"),
        "{words}"
    );
}

#[test]
fn a_trap_comes_with_the_last_log_line() {
    let mut guest = Guest::good();
    let [at, length] = guest
        .memory
        .text("panicked at src/lib.rs:7:5: no such mode");
    guest.advise = format!("(call $debug (i32.const {at}) (i32.const {length})) unreachable");
    let (_, words) = advise_fails(&guest, Limits::default());
    assert!(
        words.ends_with(": panicked at src/lib.rs:7:5: no such mode"),
        "{words}"
    );
}

#[test]
fn a_flood_of_log_lines_is_stopped() {
    let guest = Guest {
        describe: "(loop $l (call $debug (i32.const 0) (i32.const 0)) (br $l)) unreachable"
            .to_owned(),
        ..Guest::good()
    };
    let (code, words) = describe_fails(guest.component(), Limits::default());
    assert_eq!(code, "W0215");
    assert!(
        words.contains("more than 65536 bytes of log lines"),
        "{words}"
    );
    let guest = Guest {
        pages: 300,
        describe: "(call $debug (i32.const 0) (i32.const 10000000)) unreachable".to_owned(),
        ..Guest::good()
    };
    assert_eq!(
        describe_fails(guest.component(), Limits::default()).0,
        "W0215",
        "one large line"
    );
}

#[test]
fn a_giant_answer_is_stopped() {
    let mut guest = Guest {
        pages: 300,
        ..Guest::good()
    };
    let answer = guest.memory.descriptor_named([0, 10_000_000], &[]);
    guest.describe = format!("(i32.const {answer})");
    let (code, words) = describe_fails(guest.component(), Limits::default());
    assert_eq!(code, "W0215");
    assert!(
        words.contains("`describe` gave too much: more than 8388608 bytes"),
        "{words}"
    );
}

#[test]
fn too_much_advice_is_refused() {
    let mut guest = Guest::good();
    let answer = guest.memory.detaches(&[0; 11]);
    guest.advise = format!("(i32.const {answer})");
    let (code, words) = advise_fails(
        &guest,
        Limits {
            advice: 10,
            ..Limits::default()
        },
    );
    assert_eq!(
        (code, words.as_str()),
        (
            "W0215",
            "plugin `good`: `advise` gave too much: more than 10 advice"
        )
    );
}
