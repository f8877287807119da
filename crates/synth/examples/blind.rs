//! A blind look: 20 real and 20 synthetic prints, shuffled, on four pages; which is which goes into a file of its own.
//! `cargo run --release -p ridgeline-synth --example blind -- DIR [seed]`. Needs the shared data; the pages hold real
//! prints and belong outside the repository, which this refuses to write into.

use model::FingerPosition;
use raster::{GreyImage, Hints, decode, encode_png};
use ridgeline_synth::{
    Person,
    finger::{Condition, Preset, impression},
};
use std::{error::Error, fmt::Write as _, path::PathBuf};

/// Real sets, their resolution and the preset modelled on each.
const SETS: [(&str, f64, Preset); 4] = [
    ("FVC2002_DB1_B", 500.0, Preset::Optical),
    ("FVC2002_DB3_B", 500.0, Preset::Capacitive),
    ("FVC2004_DB3_B", 512.0, Preset::Sweep),
    ("FVC2004_DB4_B", 500.0, Preset::Hard),
];
const OF_EACH: u64 = 5;
const COLUMNS: usize = 5;
const PAGE: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let out = PathBuf::from(args.first().ok_or("where to?")?);
    let seed: u64 = args.get(1).map_or(Ok(1), |s| s.parse())?;
    std::fs::create_dir_all(&out)?;
    let tree = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    if out.canonicalize()?.starts_with(&tree) {
        return Err("real prints stay outside the repository".into());
    }
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("RIDGELINE_DATA").map_or_else(beside, PathBuf::from).join("finger");
    let mut tiles: Vec<(u64, String, GreyImage)> = Vec::new();
    for (set, (name, ppi, preset)) in SETS.into_iter().enumerate() {
        for n in 0..OF_EACH {
            let draw = mixed(seed ^ (set as u64) << 32 ^ n << 8);
            // One of each finger, so that none is shown twice.
            let (finger, shot) = (101 + (2 * n + (draw & 1)) % 10, 1 + draw / 2 % 8);
            let file = format!("{finger}_{shot}.tif");
            let bytes = std::fs::read(data.join(name).join(&file))?;
            let image = decode(&bytes, &Hints::default())?.with_ppi(Some(ppi));
            tiles.push((mixed(draw ^ 0xa), format!("real {name} {file}"), image));
            let person = (0..).map(|k| Person::new(seed, draw % 100_000 + k)).find(|p| p.age() > 18);
            let person = person.ok_or("nobody")?;
            let position = if n % 2 == 0 { FingerPosition::RightIndex } else { FingerPosition::LeftMiddle };
            let master = person.finger(position).ok_or("no finger")?;
            let print = impression(master, &Condition::draw(preset, draw), draw)?;
            let key = format!("synthetic {preset:?} person {} of seed {seed}", person.index());
            tiles.push((mixed(draw ^ 0xb), key, print.image));
        }
    }
    tiles.sort_by_key(|t| t.0);
    let mut key = String::new();
    for (page, tiles) in tiles.chunks(PAGE).enumerate() {
        let (w, h) = tiles
            .iter()
            .fold((0, 0), |(w, h), t| (w.max(t.2.width() as usize + 6), h.max(t.2.height() as usize + 6)));
        let (width, height) = (COLUMNS * w, PAGE.div_ceil(COLUMNS) * h);
        let mut sheet = vec![96_u8; width * height];
        for (i, (_, what, image)) in tiles.iter().enumerate() {
            let (x0, y0) = (i % COLUMNS * w, i / COLUMNS * h);
            for (y, row) in image.pixels().chunks_exact(image.width() as usize).enumerate() {
                let to = (y0 + y) * width + x0;
                sheet[to..to + row.len()].copy_from_slice(row);
            }
            let _ =
                writeln!(key, "page {} row {} column {}: {what}", page + 1, i / COLUMNS + 1, i % COLUMNS + 1);
        }
        let sheet = GreyImage::new(width as u32, height as u32, None, sheet)?;
        std::fs::write(out.join(format!("page-{}.png", page + 1)), encode_png(&sheet)?)?;
    }
    std::fs::write(out.join("key.txt"), key)?;
    println!("four pages and key.txt in {}", out.display());
    Ok(())
}

/// Well-mixed bits of a number (SplitMix64).
fn mixed(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
