//! `ridgeline synth patches`: a stream for a training script.

use rayon::prelude::*;
use std::io::Write;
use std::process::ExitCode;
use synth::finger::{BLOCK_PX, PATCH_PX, PATCHES_PER_MASTER, Patch, patches};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Patches to write
    #[arg(long, default_value_t = 1024)]
    count: u64,
    /// Same seed, same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First batch of 16 patches: where another stream left off
    #[arg(long, default_value_t = 0)]
    first_batch: u64,
    /// Threads, at most 1024; 0 takes as many as there are cores
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=super::MOST_THREADS))]
    threads: u16,
}

/// First bytes of the stream; the digit is the format's version.
const MAGIC: &[u8; 8] = b"RLPATCH1";
/// Batches made at a time: what is held in memory is 64 x 16 patches, about 120 MB.
const BATCHES_AT_ONCE: u64 = 64;

/// Streams patches until the count is reached or the reader closes the pipe.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    super::stream("patches", args.threads, |out, pool| {
        out.write_all(MAGIC)?;
        for number in [PATCH_PX, BLOCK_PX] {
            out.write_all(&number.to_le_bytes())?;
        }
        let mut left = args.count;
        let mut batch = args.first_batch;
        while left > 0 {
            let batches = left.div_ceil(u64::from(PATCHES_PER_MASTER)).min(BATCHES_AT_ONCE);
            let made: Vec<Vec<Patch>> = pool.install(|| {
                (batch..batch + batches).into_par_iter().map(|b| patches(args.seed, b)).collect()
            });
            batch += batches;
            for patch in made.iter().flatten().take(usize::try_from(left).unwrap_or(usize::MAX)) {
                write(out, patch)?;
                left -= 1;
            }
        }
        Ok(())
    })
}

fn write(out: &mut dyn Write, patch: &Patch) -> std::io::Result<()> {
    let minutiae = &patch.minutiae[..patch.minutiae.len().min(usize::from(u16::MAX))];
    out.write_all(&(minutiae.len() as u16).to_le_bytes())?;
    for plane in [&patch.image, &patch.ridges, &patch.mask, &patch.orientation, &patch.period] {
        out.write_all(plane)?;
    }
    for m in minutiae {
        for value in [m.x, m.y, m.direction] {
            out.write_all(&value.to_le_bytes())?;
        }
        let kind = match m.kind {
            finger::MinutiaKind::Ending => 1,
            finger::MinutiaKind::Bifurcation => 2,
            finger::MinutiaKind::Other => 0,
        };
        out.write_all(&[kind, (m.confidence * 255.0) as u8])?;
    }
    Ok(())
}
