//! `cargo xtask ci`: everything that must hold before a change lands, step by step, each timed. It stops at the first
//! step that fails and says what to do.

mod packages;
mod suite;

use anyhow::{Context as _, ensure};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Kills and mutants here; the full figures (200 and 1000) are asked for by hand before a release.
const KILLS: &str = "60";
const MUTANTS: &str = "200";

/// What has happened so far.
struct Run {
    started: Instant,
    times: Vec<(&'static str, Duration)>,
}

/// Runs every step. The last line printed is the number of tests that passed and failed; a step that fails counts as
/// one failed test.
pub(crate) fn run() {
    let mut run = Run { started: Instant::now(), times: vec![] };
    let mut suite = suite::Suite::default();
    let result = steps(&mut run, &mut suite);
    println!();
    for (name, time) in &run.times {
        println!("{:>6.1} s  {name}", time.as_secs_f64());
    }
    println!("{:>6.1} s  in all\n", run.started.elapsed().as_secs_f64());
    let Err(error) = result else {
        suite.print();
        return;
    };
    println!("ci: FAILED: {error:#}\n");
    suite.failed = suite.failed.max(1);
    suite.print();
    // Here and not in main, whose message would come after the last line.
    std::process::exit(1);
}

fn steps(run: &mut Run, suite: &mut suite::Suite) -> anyhow::Result<()> {
    let browser = run.step("packages", "install chromium and chromium-driver", packages::browser)?;
    run.step("format", "run `cargo fmt --all`", || cargo(&["fmt", "--all", "--check"]))?;
    run.step("tidy", "mend what it names; `cargo xtask tidy` runs it alone", || {
        crate::tidy::run(Path::new("."))
    })?;
    run.step(
        "deny",
        "drop the crate, or argue for it in deny.toml; `cargo xtask deny` runs it alone",
        crate::deny::run,
    )?;
    run.step("lints", "mend what clippy names; a lint is silenced only with a reason", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])
    })?;
    run.step("documentation", "mend the links that rustdoc names", || {
        let mut command = command(&["doc", "--workspace", "--no-deps", "--locked"]);
        // The command line's help is written as documentation, and shows its addresses without brackets.
        command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::bare_urls");
        succeed(command)
    })?;
    let bin = run.step("build", "mend the build; is Cargo.lock up to date?", suite::build)?;
    run.step("tests", "`cargo test -p CRATE NAME` runs the test that failed", || suite.test())?;
    let bin = bin.to_str().context("a path that is not UTF-8")?;
    run.step("demo", "run `cargo run -- demo --exit` and read what its hub says", || demo(bin))?;
    let seed = rand::random::<u32>().to_string();
    run.step("kill", "repeat it with the seed that it printed", || {
        crate::run_words(&["kill", "--bin", bin, "--kills", KILLS, "--seed", &seed])
    })?;
    run.step(
        "rubbish",
        "repeat it with the seed that it printed; the mutant wants a test of its own",
        || crate::run_words(&["rubbish", "--bin", bin, "--count", MUTANTS, "--seed", &seed]),
    )?;
    if browser {
        run.step("browser", "look at the pictures in target/browser", || {
            crate::run_words(&["browser", "--bin", bin])
        })?;
    } else {
        println!("\n!!! NOT DONE: the walk through the console, because there is no browser here !!!");
    }
    Ok(())
}

impl Run {
    fn step<T>(
        &mut self,
        name: &'static str,
        advice: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        println!("\n=== {name} ===");
        let started = Instant::now();
        let result = work().with_context(|| format!("{name} (what to do: {advice})"));
        let time = started.elapsed();
        self.times.push((name, time));
        let how = if result.is_ok() { "held" } else { "FAILED" };
        println!("=== {name} {how} after {:.1} s ===", time.as_secs_f64());
        result
    }
}

/// `cargo` with `args`, without a keyboard.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).stdin(Stdio::null());
    command
}

fn cargo(args: &[&str]) -> anyhow::Result<()> {
    succeed(command(args))
}

fn succeed(mut command: Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// The story of the demonstration, from an empty folder, on ports of the system's choice.
fn demo(bin: &str) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(bin);
    command.args(["demo", "--exit", "--port", "0"]).current_dir(folder.path()).stdin(Stdio::null());
    succeed(command)
}

/// Where the program lies, made sure of.
fn existing(path: PathBuf) -> anyhow::Result<PathBuf> {
    path.canonicalize().with_context(|| path.display().to_string())
}
