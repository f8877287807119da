//! The alterations of the study: what other cameras, lamps and people do to a picture of an eye.

use super::shot::Shot;
use super::{paint, scene};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

type Rule = fn(&Shot, &mut ChaCha8Rng) -> Option<Shot>;

/// One alteration.
#[derive(Debug, Clone, Copy)]
pub struct Alteration {
    /// What it is called in reports.
    pub name: &'static str,
    rule: Rule,
}

/// All of them; the first leaves the picture as it is.
pub const ALL: &[Alteration] = &[
    of("none", |s, _| Some(s.clone())),
    of("scale 0.5", |s, _| Some(scene::scaled(s, 0.5))),
    of("scale 0.7", |s, _| Some(scene::scaled(s, 0.7))),
    of("scale 1.4", |s, _| Some(scene::scaled(s, 1.4))),
    of("scale 2.2", |s, _| Some(scene::scaled(s, 2.2))),
    of("640x480, limbus 50 px", |s, r| Some(scene::in_a_room(s, 50.0, r))),
    of("640x480, limbus 75 px", |s, r| Some(scene::in_a_room(s, 75.0, r))),
    of("640x480, limbus 120 px", |s, r| Some(scene::in_a_room(s, 120.0, r))),
    of("640x480, 90 px, noise", |s, r| Some(paint::noisy(&scene::in_a_room(s, 90.0, r), 5.0, r))),
    of("border 5 % beside, left", |s, _| Some(scene::cut(s, 1, 0.05))),
    of("border 5 % beside, above", |s, _| Some(scene::cut(s, 3, 0.05))),
    of("border cuts 15 %, right", |s, _| Some(scene::cut(s, 0, -0.15))),
    of("border cuts 15 %, below", |s, _| Some(scene::cut(s, 2, -0.15))),
    of("gamma 0.5", |s, _| Some(paint::gamma(s, 0.5))),
    of("gamma 0.7", |s, _| Some(paint::gamma(s, 0.7))),
    of("gamma 1.4", |s, _| Some(paint::gamma(s, 1.4))),
    of("gamma 2", |s, _| Some(paint::gamma(s, 2.0))),
    of("contrast 0.5", |s, _| Some(paint::levels(s, 0.5, 0.0))),
    of("contrast 0.3", |s, _| Some(paint::levels(s, 0.3, 0.0))),
    of("contrast 1.5, clipped", |s, _| Some(paint::levels(s, 1.5, 20.0))),
    of("darker by 40", |s, _| Some(paint::levels(s, 1.0, -40.0))),
    of("lighter by 60", |s, _| Some(paint::levels(s, 1.0, 60.0))),
    of("noise 5", |s, r| Some(paint::noisy(s, 5.0, r))),
    of("noise 12", |s, r| Some(paint::noisy(s, 12.0, r))),
    of("blur 2 % of the radius", |s, _| Some(paint::defocused(s, 0.02))),
    of("blur 4 % of the radius", |s, _| Some(paint::defocused(s, 0.04))),
    of("smeared 6 % of the radius", |s, r| Some(scene::smeared(s, 0.06, r))),
    of("interlaced, 3 % of the radius", |s, _| Some(scene::interlaced(s, 0.03))),
    of("vignetting to 0.3", |s, _| Some(paint::vignetted(s, 0.3))),
    of("lit from the right, 0.5 to 1.5", |s, _| Some(paint::lit_from(s, 0.5, 1.5, 0.0))),
    of("lit from the left, 0.5 to 1.5", |s, _| Some(paint::lit_from(s, 0.5, 1.5, 0.5))),
    of("lit from below, 0.5 to 1.5", |s, _| Some(paint::lit_from(s, 0.5, 1.5, 0.75))),
    of("mirrored", |s, _| Some(scene::mirrored(s))),
    of("tilted by 12 degrees", |s, _| Some(scene::tilted(s, 12.0))),
    of("tilted by -25 degrees", |s, _| Some(scene::tilted(s, -25.0))),
    of("gaze aside, 0.88 across", |s, _| Some(scene::squeezed(s, 0.88, 1.0))),
    of("gaze up or down, 0.88 down", |s, _| Some(scene::squeezed(s, 1.0, 0.88))),
    of("sclera at 0.5 of its contrast", |s, _| Some(paint::sclera(s, 0.5))),
    of("sclera at 0.3 of its contrast", |s, _| Some(paint::sclera(s, 0.3))),
    of("sclera at twice its contrast", |s, _| Some(paint::sclera(s, 2.0))),
    of("pupil half as dark", |s, _| Some(paint::hazy_pupil(s, 0.5))),
    of("pupil at 0.3 of its contrast", |s, _| Some(paint::hazy_pupil(s, 0.7))),
    of("a lamp in the pupil", |s, r| Some(paint::lamps(s, 1, 0.3, 0.1, r))),
    of("2 lamps at the pupil's edge", |s, r| Some(paint::lamps(s, 2, 1.0, 0.06, r))),
    of("8 lamps at the pupil's edge", |s, r| Some(paint::lamps(s, 8, 1.0, 0.04, r))),
    of("2 lamps in the iris", |s, r| Some(paint::lamps(s, 2, 1.5, 0.08, r))),
    of("2 lamps at the limbus", |s, r| Some(paint::lamps(s, 2, 2.0, 0.1, r))),
    of("black border, 6 %", |s, _| Some(paint::bordered(s, 0.06, 0.0))),
    of("white border, 4 %", |s, _| Some(paint::bordered(s, 0.04, 255.0))),
    of("hair over a corner", |s, r| Some(paint::hair(s, r))),
    of("glasses", |s, r| Some(paint::glasses(&scene::in_a_room(s, 90.0, r), 0.5, r))),
    of("glasses, wide reflection", |s, r| Some(paint::glasses(&scene::in_a_room(s, 90.0, r), 1.0, r))),
    of("60 lashes", |s, r| Some(paint::lashes(s, 60, r))),
    of("JPEG, quality 30", |s, _| jpeg(s, 30)),
    of("JPEG, quality 12", |s, _| jpeg(s, 12)),
];

const fn of(name: &'static str, rule: Rule) -> Alteration {
    Alteration { name, rule }
}

impl Alteration {
    /// The picture altered; chance is drawn for each number anew and always alike. None where it cannot be made.
    pub fn apply(&self, shot: &Shot, number: u64) -> Option<Shot> {
        let mut rng = ChaCha8Rng::seed_from_u64(number);
        // Another stream for every alteration.
        let name = self.name.bytes().fold(7u64, |a, b| a.wrapping_mul(131).wrapping_add(u64::from(b)));
        rng.set_stream(name);
        (self.rule)(shot, &mut rng)
    }
}

fn jpeg(shot: &Shot, quality: u8) -> Option<Shot> {
    let bytes = raster::encode_jpeg(&shot.image()?, quality).ok()?;
    let image = raster::decode(&bytes, &raster::Hints::default()).ok()?;
    Some(Shot { v: image.pixels().iter().map(|p| f32::from(*p)).collect(), ..shot.clone() })
}
