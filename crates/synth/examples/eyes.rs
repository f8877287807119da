//! Draws a contact sheet of eyes and says what the iris engine makes of them:
//! `cargo run --release -p ridgeline-synth --example eyes -- enrolment OUT.png [first seed]`.

use model::Eye;
use raster::NoTrace;
use ridgeline_synth::eye::{Condition, Identity, Preset, eye};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let preset = match args.first().map_or("enrolment", String::as_str) {
        "enrolment" => Preset::Enrolment,
        "field" => Preset::Field,
        "small" => Preset::Small,
        "close" => Preset::Close,
        "occluded" => Preset::Occluded,
        other => return Err(format!("unknown preset {other}").into()),
    };
    let out = args.get(1).map_or("eyes.png", String::as_str);
    let first: u64 = args.get(2).map_or(Ok(0), |s| s.parse())?;
    let (mut tiles, mut templates) = (Vec::new(), Vec::new());
    let (mut ms, mut refused) = (0.0, 0);
    let (mut pupil_gaps, mut limbus_gaps) = (Vec::new(), Vec::new());
    let people = 24;
    for i in 0..people {
        for k in 0..2 {
            let seed = first + i;
            let shot = seed * 100 + k;
            let start = std::time::Instant::now();
            let picture = eye(&Identity::new(seed), &Condition::draw(preset, shot), shot)?;
            ms += start.elapsed().as_secs_f64() * 1000.0;
            if k == 0 && i < 9 {
                tiles.push(picture.image.clone());
            }
            match iris::extract(&picture.image, Eye::Right, &mut NoTrace) {
                Ok(found) => {
                    let gap = |a: &iris::Contour, b: &iris::Contour| {
                        let mean = |c: &iris::Contour| c.radii.iter().sum::<f32>() / c.radii.len() as f32;
                        (mean(a) - mean(b)).abs().max((a.x - b.x).hypot(a.y - b.y))
                    };
                    pupil_gaps.push(gap(&found.pupil, &picture.truth.pupil));
                    limbus_gaps.push(gap(&found.limbus, &picture.truth.limbus));
                    templates.push((i, iris::Prepared::new(&found.template)));
                }
                Err(why) => {
                    println!("person {i} shot {k}: {why}");
                    refused += 1;
                }
            }
        }
    }
    let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
    for (n, (i, a)) in templates.iter().enumerate() {
        for (j, b) in &templates[n + 1..] {
            let d = iris::compare(a, b).distance;
            if i == j { genuine.push(d) } else { impostor.push(d) }
        }
    }
    let stats = |v: &mut Vec<f32>| {
        v.sort_by(f32::total_cmp);
        let n = v.len().max(1);
        let mean = v.iter().sum::<f32>() / n as f32;
        let dev = (v.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n as f32).sqrt();
        let at = |q: usize| v.get(q * (n - 1) / 100).copied().unwrap_or(f32::NAN);
        format!(
            "n {} mean {mean:.3} deviation {dev:.3} min {:.3} median {:.3} 95 % {:.3} max {:.3}",
            v.len(),
            at(0),
            at(50),
            at(95),
            at(100)
        )
    };
    println!("{:.1} ms an eye; {refused} refused", ms / (2.0 * people as f64));
    println!("genuine  {}", stats(&mut genuine));
    println!("impostor {}", stats(&mut impostor));
    println!("pupil gap px  {}", stats(&mut pupil_gaps));
    println!("limbus gap px {}", stats(&mut limbus_gaps));
    let (tw, th) = (tiles[0].width() as usize, tiles[0].height() as usize);
    let mut sheet = vec![0_u8; 9 * tw * th];
    for (n, tile) in tiles.iter().enumerate() {
        for (y, row) in tile.pixels().chunks_exact(tw).enumerate() {
            let to = (n / 3 * th + y) * 3 * tw + n % 3 * tw;
            sheet[to..to + tw].copy_from_slice(row);
        }
    }
    let file = std::io::BufWriter::new(std::fs::File::create(out)?);
    let mut encoder = png::Encoder::new(file, 3 * tw as u32, 3 * th as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&sheet)?;
    Ok(())
}
