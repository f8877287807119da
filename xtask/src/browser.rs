//! A real browser walks the console: from an empty folder to a confirmed, acknowledged and withdrawn alert.

mod driver;
mod people;
mod rights;
mod story;
mod world;

use crate::rig;
use anyhow::Context as _;
use std::{fs, path::PathBuf, time::Instant};

/// What `cargo xtask browser` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program to walk through [default: build it and take it]
    #[arg(long)]
    bin: Option<PathBuf>,
    /// Where the pictures go
    #[arg(long, default_value = "target/browser")]
    out: PathBuf,
}

/// Walks; prints a line per step and stops at the first that fails, with a picture of what was there.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let bin = match &args.bin {
        Some(bin) => bin.clone(),
        None => rig::build(&[])?,
    };
    fs::create_dir_all(&args.out)?;
    let out = args.out.canonicalize()?;
    let started = Instant::now();
    let folder = tempfile::tempdir()?;
    let world = world::World::start(folder.path(), &bin)?;
    let driver = driver::Driver::start()?;
    let browser = driver.browser(&folder.path().join("profile-1"), story::WIDE)?;
    let desk = driver.browser(&folder.path().join("profile-2"), story::WIDE)?;
    let mut story = story::Story::new(&world, &browser, &desk, &out);
    if let Err(error) = story.walk() {
        let mut shown = Vec::new();
        for (name, browser) in [("failed", &browser), ("failed-desk", &desk)] {
            if let Ok(path) = browser.shot(&out.join(format!("{name}.png"))) {
                shown.push(path.display().to_string());
            }
        }
        let log = rig::tail(&folder.path().join("hub.err"));
        return Err(error).with_context(|| {
            format!(
                "step {} failed; what was shown: {}; the hub's last words: {log}",
                story.step(),
                shown.join(", ")
            )
        });
    }
    println!("walked in {:.0?}; pictures in {}", started.elapsed(), out.display());
    Ok(())
}
