//! The workspace's tests, counted.

use super::{command, existing};
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::Stdio,
};

/// The same for the build and the run, so that the second finds everything built.
const TEST: [&str; 4] = ["test", "--workspace", "--locked", "--no-fail-fast"];

/// What the test runner said.
#[derive(Default)]
pub(super) struct Suite {
    passed: u64,
    pub(super) failed: u64,
    results: Vec<String>,
}

/// Builds all tests, and gives the path of the program that was built along.
pub(super) fn build() -> anyhow::Result<PathBuf> {
    let mut command = command(&TEST);
    command.args(["--no-run", "--message-format", "json-render-diagnostics"]).stderr(Stdio::inherit());
    let output = command.output()?;
    ensure!(output.status.success(), "the tests do not build");
    let text = String::from_utf8(output.stdout)?;
    let bin = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let ours = message["target"]["name"] == "ridgeline" && message["target"]["kind"][0] == "bin";
        let test = message["profile"]["test"] == true;
        let path = message["executable"].as_str()?;
        (ours && !test).then(|| PathBuf::from(path))
    });
    existing(bin.context("cargo named no program")?)
}

impl Suite {
    /// Runs all tests and counts.
    pub(super) fn test(&mut self) -> anyhow::Result<()> {
        let mut child = command(&TEST).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("cargo test without output")?;
        for line in BufReader::new(out).split(b'\n') {
            let line = line?;
            // A test may print anything.
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            self.note(&line);
        }
        let status = child.wait()?;
        ensure!(status.success(), "{} tests failed ({status})", self.failed);
        ensure!(self.passed > 0, "no test ran");
        Ok(())
    }

    /// Counts a line like `test result: ok. 12 passed; 0 failed; ...`.
    fn note(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split("; ") {
            match part.split_once(' ').map(|(number, what)| (number.parse::<u64>(), what)) {
                Some((Ok(number), "passed")) => self.passed += number,
                Some((Ok(number), "failed")) => self.failed += number,
                _ => {}
            }
        }
        self.results.push(line.to_owned());
    }

    /// The runner's closing lines, and their sum last.
    pub(super) fn print(&self) {
        for line in self.results.iter().filter(|line| !line.contains(" 0 passed; 0 failed")) {
            println!("{line}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let mut suite = Suite::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test a::b ... ok",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ] {
            suite.note(line);
        }
        assert_eq!((suite.passed, suite.failed, suite.results.len()), (4, 2, 2));
    }
}
