//! Templates drawn directly against templates extracted from pictures.

use crate::measure::{Print, Sheet, ks, quantiles};
use finger::{Minutia, Prepared, extract};
use model::{Eye, FingerPosition};
use raster::NoTrace;
use rayon::prelude::*;
use ridgeline_synth::{
    Person, eye,
    finger::{Condition, Preset, impression},
    templates::TemplatePerson,
};
use std::{error::Error, time::Instant};

/// Two captures of one index finger each of `count` grown people, by either road.
pub(crate) fn fingers(count: u64) -> Result<(), Box<dyn Error>> {
    let position = FingerPosition::RightIndex;
    let grown: Vec<Person> =
        (0..).map(|i| Person::new(5, i)).filter(|p| p.age() > 18).take(count as usize).collect();
    let found: Vec<(Vec<Print>, Errors)> = grown
        .par_iter()
        .enumerate()
        .map(|(subject, person)| {
            let mut errors = Errors::default();
            let prints = (0..2_u64)
                .filter_map(|n| {
                    let seed = person.key() ^ n;
                    let print =
                        impression(person.finger(position)?, &Condition::draw(Preset::Enrolment, seed), seed)
                            .ok()?;
                    let made = extract(&print.image, &mut NoTrace).ok()?;
                    errors.count(&print.truth.minutiae, &made.template.minutiae);
                    Some(of(subject, &made.template))
                })
                .collect();
            (prints, errors)
        })
        .collect();
    let mut errors = Errors::default();
    found.iter().for_each(|(_, e)| errors.add(e));
    errors.print();
    let extracted: Vec<Print> = found.into_iter().flat_map(|f| f.0).collect();
    let start = Instant::now();
    let made: usize = (0..count)
        .map(|i| {
            TemplatePerson::with_fingers(6, i, &[position])
                .fingers(0)
                .iter()
                .map(|f| f.1.minutiae.len())
                .sum::<usize>()
        })
        .sum();
    let each = start.elapsed().as_secs_f64() * 1e6 / count as f64;
    println!("drawn: {each:.0} us a finger with one template ({made} minutiae)");
    let drawn: Vec<Print> = (0..count)
        .flat_map(|i| {
            let person = TemplatePerson::with_fingers(6, i, &[position]);
            (0..2).filter_map(move |n| Some(of(i as usize, &person.fingers(n).first()?.1)))
        })
        .collect();
    let line = |what: &str, a: &[f32], b: &[f32]| {
        println!("{what:20} extracted {}  drawn {}  KS {:.3}", quantiles(a), quantiles(b), ks(a, b));
    };
    let counts = |p: &[Print]| p.iter().map(|p| p.density).collect::<Vec<_>>();
    line("minutiae", &counts(&extracted), &counts(&drawn));
    let quality = |p: &[Print]| p.iter().map(|p| p.quality).collect::<Vec<_>>();
    line("quality", &quality(&extracted), &quality(&drawn));
    let (a, b) = (Sheet::of(&extracted), Sheet::of(&drawn));
    line("genuine score", &a.genuine, &b.genuine);
    line("impostor score", &a.impostor, &b.impostor);
    Ok(())
}

/// A print known by its template; `density` holds the number of minutiae.
fn of(subject: usize, template: &finger::Template) -> Print {
    Print {
        subject,
        density: template.minutiae.len() as f32,
        quality: f32::from(template.quality),
        prepared: Some(Prepared::new(template)),
        ..Print::default()
    }
}

/// What the extractor gets wrong against the truth.
#[derive(Default)]
struct Errors {
    truth: f32,
    found: f32,
    paired: f32,
    place2: f32,
    angle2: f32,
    kind: f32,
}

impl Errors {
    fn count(&mut self, truth: &[Minutia], found: &[Minutia]) {
        self.truth += truth.len() as f32;
        self.found += found.len() as f32;
        let mut used = vec![false; found.len()];
        for t in truth {
            let angle = |f: &Minutia| {
                let d = (f.direction - t.direction).rem_euclid(std::f32::consts::TAU);
                d.min(std::f32::consts::TAU - d)
            };
            let near = |f: &Minutia| (f.x - t.x).hypot(f.y - t.y);
            let best = (0..found.len())
                .filter(|&i| !used[i] && near(&found[i]) < 9.0 && angle(&found[i]) < 0.5)
                .min_by(|&i, &j| near(&found[i]).total_cmp(&near(&found[j])));
            if let Some(i) = best {
                used[i] = true;
                self.paired += 1.0;
                self.place2 += near(&found[i]).powi(2);
                self.angle2 += angle(&found[i]).powi(2);
                self.kind += f32::from(u8::from(found[i].kind != t.kind));
            }
        }
    }

    fn add(&mut self, o: &Self) {
        self.truth += o.truth;
        self.found += o.found;
        self.paired += o.paired;
        self.place2 += o.place2;
        self.angle2 += o.angle2;
        self.kind += o.kind;
    }

    fn print(&self) {
        println!(
            "extractor: {:.1} % of true minutiae found, {:.1} % of found ones true, {:.2} px a side, {:.3} rad, {:.1} % of types wrong",
            100.0 * self.paired / self.truth,
            100.0 * self.paired / self.found,
            (0.5 * self.place2 / self.paired).sqrt(),
            (self.angle2 / self.paired).sqrt(),
            100.0 * self.kind / self.paired
        );
    }
}

/// Two captures of one eye each of `count` people, by either road.
pub(crate) fn irises(count: u64) -> Result<(), Box<dyn Error>> {
    let extracted: Vec<(u64, iris::Template)> = (0..2 * count)
        .into_par_iter()
        .filter_map(|n| {
            let (i, seed) = (n / 2, n * 7 + 1);
            let shot =
                eye::eye(&eye::Identity::new(i), &eye::Condition::draw(eye::Preset::Enrolment, seed), seed)
                    .ok()?;
            Some((i, iris::extract(&shot.image, Eye::Right, &mut NoTrace).ok()?.template))
        })
        .collect();
    let start = Instant::now();
    let mut drawn = Vec::new();
    for i in 0..count {
        let person = TemplatePerson::with_fingers(9, i, &[]);
        for n in 0..2 {
            drawn.extend(person.irises(n)?.into_iter().take(1).map(|(_, t)| (i, t)));
        }
    }
    println!(
        "drawn: {:.0} us a template; refused of pictures: {}",
        start.elapsed().as_secs_f64() * 2.5e5 / count as f64,
        2 * count - extracted.len() as u64
    );
    let scores = |all: &[(u64, iris::Template)]| {
        let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
        for (n, (i, a)) in all.iter().enumerate() {
            for (j, b) in &all[n + 1..] {
                let d = iris::compare(a, b).distance;
                if i == j { genuine.push(d) } else { impostor.push(d) }
            }
        }
        (genuine, impostor)
    };
    let usable = |all: &[(u64, iris::Template)]| {
        all.iter()
            .map(|(_, t)| t.mask.iter().map(|m| m.count_ones()).sum::<u32>() as f32 / iris::FULL_BITS as f32)
            .collect::<Vec<_>>()
    };
    let line = |what: &str, a: &[f32], b: &[f32]| {
        println!("{what:20} extracted {}  drawn {}  KS {:.3}", quantiles(a), quantiles(b), ks(a, b));
    };
    let (a, b) = (scores(&extracted), scores(&drawn));
    line("usable bits", &usable(&extracted), &usable(&drawn));
    line("genuine distance", &a.0, &b.0);
    line("impostor distance", &a.1, &b.1);
    let deviation = |v: &[f32]| {
        let mean = v.iter().sum::<f32>() / v.len() as f32;
        (v.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / v.len() as f32).sqrt()
    };
    println!("deviation of impostors: extracted {:.4}, drawn {:.4}", deviation(&a.1), deviation(&b.1));
    Ok(())
}
