//! Ridge physics: which parts of the skin leave a trace.
//!
//! A steep sigmoid over (ridge height + wetness): wet skin fills valleys, dry skin touches only with the tops of
//! its ridges. Height carries pores, creases and skin texture that stay with the finger; wetness carries blotches,
//! the drying edge and grain that belong to this touch alone.

use super::{Condition, Master, skin::Sites};
use crate::{
    dice::Dice,
    noise::{Field, lattice},
    num,
};

/// One touch, ready to be drawn.
pub(crate) struct Touch<'a> {
    master: &'a Master,
    condition: Condition,
    blotch: Field,
    patch: Field,
    edge: Field,
    lost: Field,
    key: u64,
    /// Ridge lengths against a grown man's: pores and grain of a child are as fine as its ridges.
    scale: f32,
    /// Folds, crumpled zones and beads, where the condition has any.
    sites: Option<Sites>,
}

/// Field values along one row.
pub(crate) struct RowBuffers([Vec<f32>; 4]);

/// Side of the pore lattice, pixels at 500 ppi: about one pore a ridge period and ridge.
const PORE_CELL_PX: f32 = 7.5;

impl<'a> Touch<'a> {
    pub(crate) fn new(dice: &mut Dice, master: &'a Master, condition: &Condition) -> Self {
        let per_px = (500.0 / condition.ppi) as f32;
        let half = (0.5 * condition.width_px as f32 * per_px, 0.5 * condition.height_px as f32 * per_px);
        let area = [-half.0, -half.1, half.0, half.1];
        let blotch = Field::new(dice, area, 48.0, 1.1);
        let patch = Field::new(dice, area, 14.0, 1.0);
        let edge = Field::new(dice, area, 38.0, 0.055);
        let lost = Field::new(dice, area, 36.0, 1.0);
        let key = dice.bits();
        Self {
            master,
            condition: *condition,
            blotch,
            patch,
            edge,
            lost,
            key,
            sites: Sites::of(master, condition.skin, key),
            scale: master.plan().scale,
        }
    }

    pub(crate) fn row_buffers(&self, width: usize) -> RowBuffers {
        RowBuffers(std::array::from_fn(|_| vec![0.0; width]))
    }

    /// Ink (0 to 1), mask and ridge height of one row of pixels, whose finger points are given; (x, step, y) are the sensor
    /// points.
    pub(crate) fn row(
        &self,
        points: &[(f32, f32)],
        (x, step, y): (f32, f32, f32),
        (ink, mask, ridges): (&mut [f32], &mut [u8], &mut [u8]),
        buffers: &mut RowBuffers,
    ) {
        let c = &self.condition;
        let [blotch, patch, edge, lost] = &mut buffers.0;
        self.blotch.row(x, step, y, blotch);
        self.patch.row(x, step, y, patch);
        self.edge.row(x, step, y, edge);
        self.lost.row(x, step, y, lost);
        let (half, top, bottom) = self.master.extent();
        let (rx, ry_top, ry_bottom) = (half * c.contact.0, top * c.contact.1, bottom * c.contact.1);
        // Graded with the number of lost patches: none at damage 0, a tenth of the print at 1.
        let lost_above = 1.9 - 1.1 * c.damage;
        let lobes = 1.0 - 0.8 * c.skin.calm_edge;
        let slope = 4.2 * (1.0 + c.skin.steep);
        for (i, &(fx, fy)) in points.iter().enumerate() {
            let (u, v) = (fx - c.contact_centre.0, fy - c.contact_centre.1);
            let (u, v) = (u / rx, v / if v < 0.0 { ry_top } else { ry_bottom });
            let (u2, v2) = (u * u, v * v);
            // Between an ellipse and a rectangle, as pads are.
            let r = (u2 * u2 + v2 * v2 + 1.2 * u2 * v2).sqrt().sqrt();
            if r > 1.35 || self.master.outline(fx, fy) > 0.995 {
                continue;
            }
            let r = r + lobes * edge[i] + 0.03 * lattice(self.key ^ 1, fx * 0.22, fy * 0.22);
            let pressed = 1.0 - num::smoothstep(0.96, 1.04, r);
            if pressed <= 0.0 {
                continue;
            }
            let inv = 1.0 / self.scale;
            let texture = lattice(self.master.key, fx * 0.31 * inv, fy * 0.31 * inv);
            let grain = lattice(self.key, fx * 0.55, fy * 0.55);
            // The finest grain is the sensor's: cells that happen to touch or not.
            let speck = num::hash_unit(self.key ^ 2, i as i32, (y * 16.0) as i32) * 2.0 - 1.0;
            let ridge = self.master.ridge(fx, fy);
            ridges[i] = (128.5 + 127.0 * ridge).clamp(0.0, 255.0) as u8;
            let mut height = ridge + 0.34 * texture - 2.6 * c.creases * self.master.crease(fx, fy);
            if c.pores > 0.0 && ridge > 0.2 {
                height -= 2.2 * c.pores * self.pore(fx * inv, fy * inv);
            }
            let dryness = (-c.moisture).max(0.0);
            let mut wet = 0.85 * c.moisture + c.blotches * (0.55 * blotch[i] + 0.42 * patch[i]);
            let mut own = 1.0;
            if let Some(sites) = &self.sites {
                wet += c.skin.tilt.0 * u + c.skin.tilt.1 * v;
                let local = sites.at((fx, fy), (x + step * i as f32, y), (-wet).clamp(0.0, 1.0));
                height += local.height - (1.0 - local.ridge) * ridge;
                wet += local.wet;
                own = local.ridge;
            }
            wet -= 1.1 * c.edge_drying * num::smoothstep(0.55, 1.05, r);
            wet += c.grain * (0.6 + 0.8 * dryness) * (grain + 1.3 * speck);
            if lost[i] > lost_above {
                wet -= 4.0 * (lost[i] - lost_above);
            }
            // A dry touch is faint as well as thin.
            let faint = 0.45 / (1.0 + c.skin.steep);
            let strength = 1.0 - faint * num::smoothstep(0.1, 1.0, -wet);
            ink[i] = pressed * strength * num::sigmoid(slope * (height + wet - 0.05));
            if r < 1.0 && wet > -1.5 && wet < 1.6 && own > 0.6 {
                mask[i] = 255;
            }
        }
    }

    /// Depth of a pore at a finger point: one pore in most cells of a jittered lattice, always the same ones.
    #[inline]
    fn pore(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x * (1.0 / PORE_CELL_PX), y * (1.0 / PORE_CELL_PX));
        let (cu, cv) = (num::floor(u), num::floor(v));
        let (iu, iv) = (cu as i32, cv as i32);
        let key = self.master.key ^ 0x5eed;
        let px = 0.25 + 0.5 * num::hash_unit(key, iu, iv);
        let py = 0.25 + 0.5 * num::hash_unit(key ^ 7, iu, iv);
        let size = num::hash_unit(key ^ 9, iu, iv);
        let (dx, dy) = ((u - cu - px) * PORE_CELL_PX, (v - cv - py) * PORE_CELL_PX);
        let radius = 0.6 + 1.6 * size;
        (1.0 - (dx * dx + dy * dy) / (radius * radius)).max(0.0)
    }
}
