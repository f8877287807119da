//! Draws the three slaps of one person: `cargo run --release -p ridgeline-synth --example slaps -- OUT.png [index]`.

use model::FingerPosition;
use ridgeline_synth::{
    Person,
    finger::{Condition, Preset, slap},
};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let person = Person::new(1, args.get(1).map_or(Ok(0), |s| s.parse())?);
    println!("{} born {} ({} years)", person.name(), person.born, person.age());
    let condition = Condition::draw(Preset::Enrolment, person.key());
    let positions =
        [FingerPosition::PlainLeftFour, FingerPosition::PlainThumbs, FingerPosition::PlainRightFour];
    let mut tiles = Vec::new();
    for position in positions {
        let start = std::time::Instant::now();
        let hand = slap(&person, position, &condition, person.key())?.ok_or("no slap")?;
        println!("{position}: {} fingers, {} ms", hand.fingers.len(), start.elapsed().as_millis());
        let found = finger::segment_slap(&hand.image, position, &[], &mut raster::NoTrace);
        match found {
            Ok(found) => println!(
                "  segmented: {:?}",
                found.iter().map(|f| (f.position.code(), f.corners[0])).collect::<Vec<_>>()
            ),
            Err(why) => println!("  {why}"),
        }
        println!(
            "  truth:     {:?}",
            hand.fingers.iter().map(|f| (f.position.code(), f.corners[0])).collect::<Vec<_>>()
        );
        tiles.push(hand.image);
    }
    let width: usize = tiles.iter().map(|t| t.width() as usize).sum();
    let height = tiles.iter().map(|t| t.height() as usize).max().unwrap_or(1);
    let mut sheet = vec![96_u8; width * height];
    let mut x0 = 0;
    for tile in &tiles {
        let w = tile.width() as usize;
        for (y, row) in tile.pixels().chunks_exact(w).enumerate() {
            sheet[y * width + x0..y * width + x0 + w].copy_from_slice(row);
        }
        x0 += w;
    }
    let file =
        std::io::BufWriter::new(std::fs::File::create(args.first().map_or("slaps.png", String::as_str))?);
    let mut encoder = png::Encoder::new(file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&sheet)?;
    Ok(())
}
