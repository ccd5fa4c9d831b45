//! Compiles `host/step`, the launcher of compile steps, for the host to bring along.
//!
//! Not by cargo, which cannot give one program of a workspace other flags than the rest: linked statically
//! it starts in two thirds of the time.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Writes `STEP` and `STEP_ID`: the program and a digest of it. Without a program for systems that cannot
/// replace a process: there, it would only be one more.
pub fn embed(root: &Path, out: &Path, generated: &mut String) -> Result<(), Box<dyn Error>> {
    let unix = std::env::var_os("CARGO_CFG_UNIX").is_some();
    let program = out.join("weft-step");
    let mut content = Vec::new();
    if unix {
        compile(root, &program)?;
        content = fs::read(&program)?;
    }
    let bytes = if unix {
        format!("Some(include_bytes!({}))", super::literal(&program))
    } else {
        "None".to_owned()
    };
    writeln!(
        generated,
        "/// The launcher of compile steps, a program.\n\
         pub static STEP: Option<&[u8]> = {bytes};\n\
         /// A digest of it (hex).\n\
         pub const STEP_ID: &str = \"{}\";",
        &blake3::hash(&content).to_hex()[..16]
    )?;
    Ok(())
}

/// Statically where the C library is there for that, else as everything is.
fn compile(root: &Path, program: &Path) -> Result<(), Box<dyn Error>> {
    let mut said = String::new();
    for linked in [&["-Ctarget-feature=+crt-static"][..], &[]] {
        let output = rustc(root, program, linked)?;
        if output.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Err(format!("failed to compile host/step:\n{said}").into())
}

fn rustc(root: &Path, program: &Path, linked: &[&str]) -> Result<Output, Box<dyn Error>> {
    let mut command = Command::new(std::env::var_os("RUSTC").ok_or("cargo names no RUSTC")?);
    command
        // So that the program does not depend on where the tree is.
        .current_dir(root.join("host/step"))
        .args(["src/main.rs", "--crate-name=weft_step", "--edition=2024"])
        .args(["-Copt-level=s", "-Cpanic=abort", "-Cstrip=symbols"])
        .args(["--target", &std::env::var("TARGET")?])
        .arg("-o")
        .arg(program);
    if let Some(linker) = std::env::var_os("RUSTC_LINKER") {
        let mut flag = std::ffi::OsString::from("linker=");
        flag.push(linker);
        command.arg("-C").arg(flag);
    }
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    command.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    Ok(command.args(linked).output()?)
}
