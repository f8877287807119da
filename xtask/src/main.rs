//! Repository tasks.

mod browser;
mod ci;
mod deny;
mod kill;
mod rig;
mod rubbish;
mod tidy;

use clap::{Parser, Subcommand};
use std::{path::Path, process::ExitCode};

/// Repository tasks.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// A real browser walks the console from an empty folder to an alert that is answered and withdrawn
    Browser(browser::Args),
    /// Everything that must hold before a change lands, step by step; stops at the first that fails
    Ci,
    /// Licences, banned crates and sources, by the lists of deny.toml
    Deny,
    /// Kill a real hub and a real station over and over; nothing may be lost or doubled
    Kill(kill::Args),
    /// Send mutated transactions to a real hub; each is refused with a reason or accepted
    Rubbish(rubbish::Args),
    /// What the compiler cannot know about this tree: edges between crates, long files, words, layout
    Tidy,
}

fn main() -> ExitCode {
    match run(&Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> anyhow::Result<()> {
    match task {
        Task::Browser(args) => browser::run(args),
        Task::Ci => {
            ci::run();
            Ok(())
        }
        Task::Deny => deny::run(),
        Task::Kill(args) => kill::run(args),
        Task::Rubbish(args) => rubbish::run(args),
        Task::Tidy => tidy::run(Path::new(".")),
    }
}

/// Runs another task as the command line would.
fn run_words(words: &[&str]) -> anyhow::Result<()> {
    run(&Cli::try_parse_from(["xtask"].iter().chain(words))?.task)
}
