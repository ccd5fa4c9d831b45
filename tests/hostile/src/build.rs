//! Attacks on the build.

use std::hint::black_box;

use weft_plugin::bindings::weft::plugin::types::{Advice, Argument, GoPackage, Hook};

/// What the attack does before it answers what the plugin is.
pub fn while_described(attack: &str) {
    match attack {
        "loop in describe" => forever(),
        "memory in describe" => grow(),
        "recursion in describe" => {
            black_box(deep(1));
        }
        "trap in describe" => panic!("told to"),
        _ => {}
    }
}

/// What the attack answers about a package.
pub fn advice(attack: &str, target: &GoPackage) -> Vec<Advice> {
    match attack {
        "loop in advise" => forever(),
        "memory in advise" => grow(),
        "recursion in advise" => {
            black_box(deep(1));
        }
        "trap in advise" => panic!("told to"),
        _ => {}
    }
    let count = match attack {
        "giant output in advise" => 20_000,
        _ => u32::try_from(target.join_points.len()).unwrap_or_default(),
    };
    let hook = |n| {
        Advice::Hook(Hook {
            // A join point that it was not asked about would be in another package.
            join_point: if attack == "advice outside its interests" {
                n + 1000
            } else {
                n
            },
            folder: String::new(),
            before: Some("before".to_owned()),
            after: None,
            constants: Vec::new(),
            arguments: Vec::<Argument>::new(),
            replaces: Vec::new(),
            results: Vec::new(),
            replaces_results: Vec::new(),
            order: 0,
            attrs: Vec::new(),
        })
    };
    (0..count).map(hook).collect()
}

fn forever() {
    loop {
        black_box(0);
    }
}

fn grow() {
    let mut all = Vec::new();
    loop {
        all.push(black_box(vec![1_u8; 1 << 20]));
    }
}

/// Calls itself for ever without memory of its own: the stack of calls is what runs out.
#[expect(unconditional_recursion, reason = "that is the attack")]
#[inline(never)]
fn deep(n: u64) -> u64 {
    if n % 7 == 3 {
        deep(n.wrapping_mul(3)) ^ n
    } else {
        deep(n.wrapping_add(1)).rotate_left(3)
    }
}
