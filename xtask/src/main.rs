//! Repository tasks.

mod browser;
mod kill;
mod rig;
mod rubbish;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

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
    /// Kill a real hub and a real station over and over; nothing may be lost or doubled
    Kill(kill::Args),
    /// Send mutated transactions to a real hub; each is refused with a reason or accepted
    Rubbish(rubbish::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Browser(args) => browser::run(&args),
        Task::Kill(args) => kill::run(&args),
        Task::Rubbish(args) => rubbish::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
