//! The one thing that a bare machine with Rust and a C compiler lacks: a browser.

use std::process::{Command, Stdio};

const PROGRAMS: [&str; 2] = ["chromium", "chromedriver"];
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Whether a browser is there, after installing one where this may be done.
pub(super) fn browser() -> anyhow::Result<bool> {
    if present() {
        println!("chromium and chromedriver are here");
        return Ok(true);
    }
    let by_hand = format!("apt-get install --yes --no-install-recommends {}", PACKAGES.join(" "));
    if !root() {
        println!("!!! chromium or chromedriver is missing, and only root may install it:");
        println!("!!!   {by_hand}");
        return Ok(false);
    }
    let installed =
        apt(&["update"]) && apt(&[&["install", "--yes", "--no-install-recommends"], &PACKAGES[..]].concat());
    if installed && present() {
        return Ok(true);
    }
    println!("!!! chromium and chromedriver could not be installed; this did not work:");
    println!("!!!   {by_hand}");
    Ok(false)
}

fn present() -> bool {
    PROGRAMS.iter().all(|program| runs(program, &["--version"]))
}

fn runs(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn root() -> bool {
    let id = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt(args: &[&str]) -> bool {
    println!("apt-get {}", args.join(" "));
    let mut command = Command::new("apt-get");
    command.arg("--quiet=2").args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
