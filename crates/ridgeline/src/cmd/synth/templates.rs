//! `ridgeline synth templates`: a gallery of people as templates, without pictures.

use super::World;
use anyhow::{Context, bail};
use rayon::prelude::*;
use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Read, Seek, SeekFrom, Write},
    path::PathBuf,
    process::ExitCode,
};
use synth::templates::store::{GENERATOR, HEADER_BYTES, Header, whole_records};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    world: World,
    /// The file to write; where it holds the first of them already, the rest is added
    #[arg(long)]
    out: PathBuf,
    /// Which encounter: the same people with other templates
    #[arg(long, default_value_t = 0)]
    encounter: u32,
    /// Finger positions, 1 to 10
    #[arg(long, value_delimiter = ',', default_value = "1,2,3,4,5,6,7,8,9,10",
          value_parser = clap::value_parser!(u8).range(1..=10))]
    fingers: Vec<u8>,
    /// Both irises too
    #[arg(long)]
    irises: bool,
}

/// People made at a time: about 3 MB are held before they are written.
const PEOPLE_AT_ONCE: u64 = 256;

/// Writes or completes the file.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let world = &args.world;
    let end = world.end()?;
    let parts = args.fingers.iter().fold(u32::from(args.irises), |bits, p| bits | 1 << p);
    let header = Header {
        seed: world.seed,
        first: world.first,
        encounter: args.encounter,
        parts,
        generator: GENERATOR,
    };
    let name = args.out.display();
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&args.out)
        .with_context(|| format!("opening {name}"))?;
    let there = begin(&mut file, &header).with_context(|| format!("{name}"))?;
    if there > world.people {
        bail!("{name} holds {there} people, more than {}", world.people);
    }
    let pool = world.pool()?;
    let bar = world.bar()?.with_position(there);
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut next = world.first + there;
    while next < end {
        let stop = end.min(next + PEOPLE_AT_ONCE);
        let made: Vec<Vec<u8>> = pool
            .install(|| (next..stop).into_par_iter().map(|i| header.record(i)).collect::<Result<_, _>>())?;
        for record in &made {
            out.write_all(record).with_context(|| format!("writing {name}"))?;
        }
        next = stop;
        bar.set_position(next - world.first);
    }
    out.flush().with_context(|| format!("writing {name}"))?;
    bar.finish();
    println!("{} people in {name}, {there} of them from before", world.people);
    Ok(ExitCode::SUCCESS)
}

/// Readies the file for adding: a new header, or the end of the last whole record. The number of people there.
fn begin(file: &mut File, header: &Header) -> anyhow::Result<u64> {
    let mut bytes = [0; HEADER_BYTES as usize];
    let size = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    if size < HEADER_BYTES {
        // Empty, or killed while the header was written; anything else is somebody's file.
        let mut found = Vec::new();
        file.read_to_end(&mut found)?;
        if !header.to_bytes().starts_with(&found) {
            bail!("is another kind of file");
        }
        file.rewind()?;
        file.write_all(&header.to_bytes())?;
        return Ok(0);
    }
    file.read_exact(&mut bytes)?;
    if Header::from_bytes(&bytes) != Some(*header) {
        bail!("is another kind of file, or was made with other options");
    }
    let (people, end) = whole_records(file)?;
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    Ok(people)
}
