//! `ridgeline demo`: everything on this machine, with synthetic people. Nothing here is a mock: two hubs with
//! their doors open, two stations with their outboxes, real pixels, real keys.

mod cast;
mod story;
mod wire;
mod world;

use anyhow::{Context, Result};
use std::{path::PathBuf, process::ExitCode, time::Instant};
use world::World;

/// What `ridgeline demo` takes.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  ridgeline demo           plays the story, prints the console's address and the log-ins, and stays up
  ridgeline demo --exit    stops after the story; status 0 if every step held")]
pub(crate) struct Args {
    /// Stop after the story
    #[arg(long)]
    exit: bool,
    /// Keep everything in this folder instead of a new temporary one; it must be empty
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Port of the console; 0 finds a free one
    #[arg(long, default_value_t = 8420)]
    port: u16,
    /// Other synthetic people
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

/// Runs the demo.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let dir = match &args.dir {
        Some(dir) => {
            let empty = std::fs::read_dir(dir).map_or(true, |mut d| d.next().is_none());
            anyhow::ensure!(empty, "{} is not empty: the demo begins with nothing", dir.display());
            dir.clone()
        }
        None => std::env::temp_dir().join(format!("ridgeline-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let began = Instant::now();
    println!("Ridgeline demo: two hubs, two stations, synthetic people (seed {}).\n", args.seed);

    let mut world = World::build(&dir, args.port, args.seed, &runtime)?;
    let held = story::play(&mut world)?;
    println!("\nThe story took {:.0} s.", began.elapsed().as_secs_f64());
    if !held {
        println!("NOT every step held: see above.");
    }
    if args.exit {
        world.stop();
        if args.dir.is_none() {
            let _ = std::fs::remove_dir_all(&dir);
        }
        return Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }

    println!("\nThe console stays up at  {}", world.console());
    println!("Its data lies in         {}\n", dir.display());
    world.print_logins();
    let told = world.to_be_told()?;
    if !told.is_empty() {
        println!(
            "\nTry it: sign in as examiner-1 and decide the case that waits: the same person. Then do it again as\n\
             examiner-2; the alert appears on the screen of {}.",
            told.join(" and ")
        );
    }
    println!("\nEvery password is new for this run. Stop with Ctrl-C; the data stays in that folder.");
    runtime.block_on(async {
        let _ = tokio::signal::ctrl_c().await;
    });
    println!("\nstopping ...");
    world.stop();
    Ok(ExitCode::SUCCESS)
}
