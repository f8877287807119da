// Measuring: the length of a line and the ridges that it crosses.

/** Half the width of the band that is averaged along the line, pixels. */
const BAND = 2;
/** Samples per pixel along the line. */
const FINE = 2;
/** Window of the local mean, pixels: somewhat more than two ridge periods at 500 ppi. */
const WINDOW_PX = 22;
/** A ridge counts when the profile passes this share of its own spread on both sides. */
const SWING = 0.35;

/** The grey value between pixels (bilinear); outside is paper. */
function sample(grey, x, y) {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const u = x - x0;
  const v = y - y0;
  const at = (i, j) =>
    i >= 0 && j >= 0 && i < grey.width && j < grey.height ? grey.values[j * grey.width + i] : 255;
  return (
    (at(x0, y0) * (1 - u) + at(x0 + 1, y0) * u) * (1 - v) +
    (at(x0, y0 + 1) * (1 - u) + at(x0 + 1, y0 + 1) * u) * v
  );
}

/**
 * Ridges (dark) that the line from a to b crosses entirely: the ones that its ends lie on do not count.
 * 1. average a band across the line; 2. take away the local mean; 3. count swings to dark and back with
 * hysteresis, so that pores and noise do not count.
 */
export function countRidges(grey, a, b) {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const n = Math.max(2, Math.round(length * FINE));
  const ux = (b.x - a.x) / length;
  const uy = (b.y - a.y) / length;
  const profile = new Float32Array(n + 1);
  for (let i = 0; i <= n; i++) {
    const t = (i / n) * length;
    let sum = 0;
    for (let k = -BAND; k <= BAND; k++) sum += sample(grey, a.x + ux * t - uy * k, a.y + uy * t + ux * k);
    profile[i] = sum / (2 * BAND + 1);
  }
  const half = Math.round((WINDOW_PX * FINE) / 2);
  const flat = profile.map((value, i) => {
    let sum = 0;
    let count = 0;
    for (let k = Math.max(0, i - half); k <= Math.min(n, i + half); k++) {
      sum += profile[k];
      count++;
    }
    return value - sum / count;
  });
  const spread = Math.sqrt(flat.reduce((sum, v) => sum + v * v, 0) / flat.length);
  const limit = spread * SWING;
  const crossings = [];
  let began = null; // where the present dark stretch began, if it began after a light one
  let sawLight = false;
  for (let i = 0; i <= n; i++) {
    if (flat[i] > limit) {
      if (began !== null) {
        const middle = ((began + i) / 2 / n) * length;
        crossings.push({ x: a.x + ux * middle, y: a.y + uy * middle });
        began = null;
      }
      sawLight = true;
    } else if (flat[i] < -limit && sawLight && began === null) {
      began = i;
    }
  }
  return spread < 4 ? [] : crossings;
}

/** "4.83 mm · 9 ridges" */
export function describe(viewer, line, words) {
  const length = Math.hypot(line.b.x - line.a.x, line.b.y - line.a.y);
  const measure = viewer.mm ? `${(length * viewer.mm).toFixed(2)} ${words.mm}` : `${length.toFixed(0)} ${words.px}`;
  return viewer.mm ? `${measure} · ${line.crossings.length} ${words.ridges}` : measure;
}
