//! Draws contact sheets to look at:
//! `cargo run --release -p ridgeline-synth --example sheet -- optical OUT.png [first seed] [overlay]`.

use model::FingerPosition;
use ridgeline_synth::finger::{Class, Condition, Master, Plan, Preset, impression};
use std::error::Error;

const COLUMNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let what = args.first().map_or("optical", String::as_str);
    let out = args.get(1).map_or("sheet.png", String::as_str);
    let first: u64 = args.get(2).map_or(Ok(0), |s| s.parse())?;
    let overlay = args.get(3).is_some();
    let preset = match what {
        "enrolment" => Preset::Enrolment,
        "field" => Preset::Field,
        "rolled" => Preset::Rolled,
        "optical" => Preset::Optical,
        "capacitive" => Preset::Capacitive,
        "sweep" => Preset::Sweep,
        "hard" => Preset::Hard,
        "card" => Preset::Card,
        "latent" => Preset::Latent,
        "contactless" => Preset::Contactless,
        other => return Err(format!("unknown sheet {other}").into()),
    };
    let classes = [Class::LeftLoop, Class::Whorl, Class::RightLoop, Class::Arch, Class::DoubleLoop];
    let mut tiles = Vec::new();
    let (mut grow_ms, mut press_ms) = (0.0, 0.0);
    for (i, class) in classes.iter().cycle().take(10).enumerate() {
        let seed = first + i as u64;
        let plan = Plan { position: FingerPosition::RightIndex, class: *class, scale: 1.0, wear: 0.3 };
        let start = std::time::Instant::now();
        let master = Master::new(seed, plan);
        grow_ms += start.elapsed().as_secs_f64() * 100.0;
        let start = std::time::Instant::now();
        let print = impression(&master, &Condition::draw(preset, seed), seed)?;
        press_ms += start.elapsed().as_secs_f64() * 100.0;
        let (w, h) = (print.image.width() as usize, print.image.height() as usize);
        let ppi = print.image.ppi().unwrap_or(500.0) as f32 / 500.0;
        let mut pixels = print.image.into_pixels();
        if overlay {
            for m in &print.truth.minutiae {
                let (s, c) = m.direction.sin_cos();
                for k in 0..14 {
                    let (x, y) = (m.x * ppi + c * k as f32, m.y * ppi - s * k as f32);
                    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                        let (px, py) = (x as usize + dx, y as usize + dy);
                        if px < w && py < h && (k < 10 || dx + dy == 0) {
                            let ink = if m.kind == ::finger::MinutiaKind::Ending { 0 } else { 255 };
                            pixels[py * w + px] = if dx == 0 { ink } else { 255 - ink };
                        }
                    }
                }
            }
        }
        println!("{class:?}: {} minutiae", print.truth.minutiae.len());
        tiles.push((w, h, pixels));
    }
    println!("{grow_ms:.1} ms a master, {press_ms:.1} ms an impression");
    save(out, &tiles)
}

fn save(out: &str, tiles: &[(usize, usize, Vec<u8>)]) -> Result<(), Box<dyn Error>> {
    let (tw, th) = tiles.iter().fold((0, 0), |(w, h), t| (w.max(t.0 + 6), h.max(t.1 + 6)));
    let (w, h) = (COLUMNS * tw, tiles.len().div_ceil(COLUMNS) * th);
    let mut sheet = vec![96_u8; w * h];
    for (i, (iw, ih, pixels)) in tiles.iter().enumerate() {
        let (x0, y0) = (i % COLUMNS * tw, i / COLUMNS * th);
        for y in 0..*ih {
            let to = (y0 + y) * w + x0;
            sheet[to..to + iw].copy_from_slice(&pixels[y * iw..(y + 1) * iw]);
        }
    }
    let file = std::io::BufWriter::new(std::fs::File::create(out)?);
    let mut encoder = png::Encoder::new(file, w as u32, h as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&sheet)?;
    Ok(())
}
