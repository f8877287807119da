//! Templates drawn directly against templates extracted from pictures.

use crate::measure::{Print, Sheet, ks, quantiles};
use finger::{Evidence, FLOW_CELL_PX, Minutia, NO_FLOW, Prepared, extract};
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
    let mut extracted: Vec<Print> = Vec::new();
    for (prints, more) in found {
        errors.add(more);
        extracted.extend(prints);
    }
    errors.print();
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
    let both = |what: &str, f: fn(&Print) -> f32| {
        let of = |p: &[Print]| p.iter().map(f).collect::<Vec<_>>();
        line(what, &of(&extracted), &of(&drawn));
    };
    both("minutiae", |p| p.density);
    both("foreground mm2", |p| p.area_mm2);
    both("quality", |p| p.quality);
    let sure = |p: &[Print]| p.iter().flat_map(|p| p.confidences.clone()).collect::<Vec<_>>();
    line("confidence", &sure(&extracted), &sure(&drawn));
    let (a, b) = (Sheet::of(&extracted), Sheet::of(&drawn));
    line("genuine score", &a.genuine, &b.genuine);
    line("impostor score", &a.impostor, &b.impostor);
    // Which of the two is nearer to real strangers.
    let mut pooled = Vec::new();
    for (name, ppi, _) in crate::SETS {
        let Some(real) = crate::real(name, ppi) else { continue };
        let of = Sheet::of(&real).impostor;
        println!(
            "strangers of {name}: {}  KS to extracted {:.3}, to drawn {:.3}",
            quantiles(&of),
            ks(&of, &a.impostor),
            ks(&of, &b.impostor)
        );
        pooled.extend(of);
    }
    if !pooled.is_empty() {
        println!(
            "strangers of all four: {}  KS to extracted {:.3}, to drawn {:.3}",
            quantiles(&pooled),
            ks(&pooled, &a.impostor),
            ks(&pooled, &b.impostor)
        );
    }
    // What the scores are made of, before the scale's end cuts them.
    type Part = (&'static str, fn(&Evidence) -> f32);
    let parts: [Part; 6] = [
        ("evidence", |e| e.score),
        ("support", |e| e.support),
        ("against", |e| e.against),
        ("pairs", |e| e.pairs as f32),
        ("flow agreement", |e| e.flow),
        ("overlap", |e| e.overlap),
    ];
    for (what, part) in parts {
        let by = |prints: &[Print]| Sheet::by(prints, |a, b| evidence(a, b).map_or(f32::NAN, |e| part(&e)));
        let (a, b) = (by(&extracted), by(&drawn));
        line(&format!("{what}, genuine"), &a.genuine, &b.genuine);
        line(&format!("{what}, impostor"), &a.impostor, &b.impostor);
    }
    Ok(())
}

fn evidence(a: &Print, b: &Print) -> Option<Evidence> {
    Some(finger::compare(a.prepared.as_ref()?, b.prepared.as_ref()?).evidence)
}

/// A print known by its template; `density` holds the number of minutiae.
fn of(subject: usize, template: &finger::Template) -> Print {
    Print {
        subject,
        density: template.minutiae.len() as f32,
        confidences: template.minutiae.iter().map(|m| m.confidence).collect(),
        area_mm2: template.flow.as_ref().map_or(0, |f| f.cells().iter().filter(|c| **c != NO_FLOW).count())
            as f32
            * (FLOW_CELL_PX as f32 / 19.685).powi(2),
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
    kind: f32,
    /// Of the pairs: error of the place a side, pixels, and of the direction, radians.
    place: Vec<f32>,
    angle: Vec<f32>,
    /// Confidence of found ones that are true, and that are not.
    sure: [Vec<f32>; 2],
    /// Share missed, by how well the truth says that they show.
    shown: [(f32, f32); 4],
}

impl Errors {
    fn count(&mut self, truth: &[Minutia], found: &[Minutia]) {
        self.truth += truth.len() as f32;
        self.found += found.len() as f32;
        let mut used = vec![false; found.len()];
        for t in truth {
            let angle = |f: &Minutia| {
                let d = (f.direction - t.direction).rem_euclid(std::f32::consts::TAU);
                if d > std::f32::consts::PI { d - std::f32::consts::TAU } else { d }
            };
            let near = |f: &Minutia| (f.x - t.x).hypot(f.y - t.y);
            let best = (0..found.len())
                .filter(|&i| !used[i] && near(&found[i]) < 9.0 && angle(&found[i]).abs() < 0.5)
                .min_by(|&i, &j| near(&found[i]).total_cmp(&near(&found[j])));
            let shown = &mut self.shown[((t.confidence * 4.0) as usize).min(3)];
            shown.1 += 1.0;
            if let Some(i) = best {
                used[i] = true;
                self.place.extend([found[i].x - t.x, found[i].y - t.y]);
                self.angle.push(angle(&found[i]));
                self.kind += f32::from(u8::from(found[i].kind != t.kind));
            } else {
                shown.0 += 1.0;
            }
        }
        for (f, used) in found.iter().zip(used) {
            self.sure[usize::from(!used)].push(f.confidence);
        }
    }

    fn add(&mut self, o: Self) {
        self.truth += o.truth;
        self.found += o.found;
        self.kind += o.kind;
        self.place.extend(o.place);
        self.angle.extend(o.angle);
        for (all, more) in self.sure.iter_mut().zip(o.sure) {
            all.extend(more);
        }
        for (all, more) in self.shown.iter_mut().zip(o.shown) {
            *all = (all.0 + more.0, all.1 + more.1);
        }
    }

    fn print(&self) {
        let paired = self.angle.len() as f32;
        let rms = |v: &[f32]| (v.iter().map(|x| x * x).sum::<f32>() / v.len() as f32).sqrt();
        println!(
            "extractor: {:.1} % of true minutiae found, {:.1} % of found ones true, {:.2} px a side, {:.3} rad, {:.1} % of types wrong",
            100.0 * paired / self.truth,
            100.0 * paired / self.found,
            rms(&self.place),
            rms(&self.angle),
            100.0 * self.kind / paired
        );
        println!("place, px             {}", quantiles(&self.place));
        println!("direction, rad        {}", quantiles(&self.angle));
        println!("confidence if true    {}", quantiles(&self.sure[0]));
        println!("confidence if false   {}", quantiles(&self.sure[1]));
        let missed: Vec<String> = self.shown.iter().map(|s| format!("{:.1}", 100.0 * s.0 / s.1)).collect();
        println!("missed, %, by quarters of how well they show: {}", missed.join(" "));
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
        let all: Vec<_> = all.iter().map(|(i, t)| (i, iris::Prepared::new(t))).collect();
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
