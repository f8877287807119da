//! Templates without pictures: what the engines would find, drawn directly, for galleries of millions.
//!
//! A person here is another one than [`crate::Person`] with the same number: only the statistics agree.

mod finger;
mod iris;
mod kernels;
pub mod store;
mod waves;

pub use self::finger::FingerPattern;
pub use self::iris::IrisPattern;

use crate::{
    dice::Dice,
    finger::{Plan, Traits, draw_class},
};
use ::iris::Template as IrisTemplate;
use model::{Eye, FingerPosition};

/// One person's ten fingers and two irises as patterns; draws templates for any number of encounters.
#[derive(Debug)]
pub struct TemplatePerson {
    key: u64,
    fingers: Vec<FingerPattern>,
    irises: [u64; 2],
}

impl TemplatePerson {
    /// Person number `index` of the world that `seed` names.
    pub fn new(seed: u64, index: u64) -> Self {
        Self::with_fingers(seed, index, &FingerPosition::TEN)
    }

    /// The same person, of whom only these fingers are asked for.
    pub fn with_fingers(seed: u64, index: u64, positions: &[FingerPosition]) -> Self {
        let mut dice = Dice::new(seed, "template-person", index, 0);
        let d = &mut dice;
        let traits = Traits::draw(d);
        let scale = d.normal(0.97, 0.06).clamp(0.6, 1.15);
        let (key, irises) = (d.bits(), [d.bits(), d.bits()]);
        let fingers = positions
            .iter()
            .map(|&position| {
                let mut own = Dice::new(key, "template-finger", u64::from(position.code()), 0);
                let class = draw_class(&mut own, &traits, position);
                let size = own.normal(1.0, 0.015);
                FingerPattern::new(own.bits(), Plan { position, class, scale: scale * size, wear: 0.2 })
            })
            .collect();
        Self { key, fingers, irises }
    }

    /// Finger templates of one encounter.
    pub fn fingers(&self, encounter: u32) -> Vec<(FingerPosition, ::finger::Template)> {
        // How carefully this encounter was taken is common to its fingers.
        let care = Dice::new(self.key, "template-care", u64::from(encounter), 0).normal(0.0, 0.7);
        self.fingers
            .iter()
            .map(|f| {
                let seed = self.key ^ (u64::from(encounter) << 8 | u64::from(f.position().code()));
                (f.position(), f.template_with(seed, care))
            })
            .collect()
    }

    /// Iris templates of one encounter.
    ///
    /// # Errors
    /// [`::iris::TemplateError`] is passed on; it does not happen.
    pub fn irises(&self, encounter: u32) -> Result<Vec<(Eye, IrisTemplate)>, ::iris::TemplateError> {
        [Eye::Right, Eye::Left]
            .into_iter()
            .zip(self.irises)
            .map(|(eye, key)| Ok((eye, IrisPattern::new(key).template(key ^ u64::from(encounter))?)))
            .collect()
    }
}
