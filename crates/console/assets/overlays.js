// What can be laid over an image. Shapes differ as well as colours, and every stroke has a dark seam, so that it
// reads on black, on white and without colour.

const INK = { minutia: "#ffd23f", paired: "#4fd8ff", flow: "#3ddc84", seam: "#10181a", mark: "#ff8fd0" };
/** Length of a minutia's tail and radius of its head, screen pixels. */
const TAIL = 13;
const HEAD = 4.5;
/** A flow line's share of its cell. */
const FLOW_SHARE = 0.8;

function stroke(context, colour, width = 1.6) {
  context.lineCap = "round";
  context.strokeStyle = INK.seam;
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

/** The head of a minutia: ring = ending, square = bifurcation, triangle = other; the tail is its direction. */
function minutia(context, viewer, point, colour, big) {
  const at = viewer.toScreen(point.x, point.y);
  // Directions run anticlockwise; the screen's y axis points down and the view may be turned.
  const angle = -point.dir + viewer.angle;
  const head = big ? HEAD + 2 : HEAD;
  context.beginPath();
  if (point.kind === "bifurcation") {
    context.rect(at.x - head * 0.9, at.y - head * 0.9, head * 1.8, head * 1.8);
  } else if (point.kind === "other") {
    context.moveTo(at.x, at.y - head * 1.1);
    context.lineTo(at.x + head, at.y + head * 0.8);
    context.lineTo(at.x - head, at.y + head * 0.8);
    context.closePath();
  } else {
    context.arc(at.x, at.y, head, 0, 2 * Math.PI);
  }
  context.moveTo(at.x + head * Math.cos(angle), at.y + head * Math.sin(angle));
  context.lineTo(at.x + (head + TAIL) * Math.cos(angle), at.y + (head + TAIL) * Math.sin(angle));
  stroke(context, colour, big ? 2.4 : 1.6);
  return at;
}

export function minutiae(state) {
  return (context, viewer) => {
    for (const point of viewer.side.minutiae) minutia(context, viewer, point, INK.minutia, false);
    for (const contour of viewer.side.contours) ring(context, viewer, contour);
    state.legend?.();
  };
}

function ring(context, viewer, contour) {
  context.beginPath();
  contour.radii.forEach((radius, i) => {
    const angle = (2 * Math.PI * i) / contour.radii.length;
    const at = viewer.toScreen(contour.x + radius * Math.cos(angle), contour.y - radius * Math.sin(angle));
    if (i === 0) context.moveTo(at.x, at.y);
    else context.lineTo(at.x, at.y);
  });
  context.closePath();
  stroke(context, INK.minutia, 1.4);
}

/** Corresponding minutiae carry the same number on both sides; `which` is 0 for the probe, 1 for the candidate. */
export function pairs(state, which) {
  return (context, viewer) => {
    context.save();
    context.font = "600 12px system-ui, sans-serif";
    context.textAlign = "center";
    state.pair.pairs.forEach((pair, i) => {
      const point = viewer.side.minutiae[pair[which]];
      if (!point) return;
      const lit = state.lit === i;
      const at = minutia(context, viewer, point, lit ? INK.mark : INK.paired, lit);
      const text = String(i + 1);
      const width = context.measureText(text).width + 6;
      context.fillStyle = INK.seam;
      context.fillRect(at.x - width / 2, at.y - 22, width, 15);
      context.fillStyle = lit ? INK.mark : INK.paired;
      context.fillText(text, at.x, at.y - 10);
    });
    context.restore();
  };
}

function cells(viewer, grid, visit) {
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const value = grid.values[row * grid.columns + column];
      if (value == null) continue;
      visit(
        grid.x_px + (column + 0.5) * grid.step_px,
        grid.y_px + (row + 0.5) * grid.step_px,
        value,
      );
    }
  }
}

export function flow() {
  return (context, viewer) => {
    const grid = viewer.side.flow;
    if (!grid) return;
    const reach = (grid.step_px * FLOW_SHARE) / 2;
    context.beginPath();
    cells(viewer, grid, (x, y, angle) => {
      const dx = reach * Math.cos(angle);
      const dy = -reach * Math.sin(angle);
      const a = viewer.toScreen(x - dx, y - dy);
      const b = viewer.toScreen(x + dx, y + dy);
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
    });
    stroke(context, INK.flow, 1.5);
  };
}

/** Poor cells are hatched: one line for fair, two for poor; good ones stay untouched. */
export function quality() {
  return (context, viewer) => {
    const grid = viewer.side.quality;
    if (!grid) return;
    const half = grid.step_px / 2;
    context.beginPath();
    cells(viewer, grid, (x, y, value) => {
      if (value >= 0.66) return;
      const line = (x1, y1, x2, y2) => {
        const a = viewer.toScreen(x + x1 * half, y + y1 * half);
        const b = viewer.toScreen(x + x2 * half, y + y2 * half);
        context.moveTo(a.x, a.y);
        context.lineTo(b.x, b.y);
      };
      line(-0.8, 0.8, 0.8, -0.8);
      if (value < 0.33) line(-0.8, -0.8, 0.8, 0.8);
    });
    stroke(context, "#ff9f7a", 1.4);
  };
}

/** The examiner's own marks on one side. */
export function ownMarks(state, name) {
  return (context, viewer) => {
    context.save();
    context.font = "700 12px system-ui, sans-serif";
    context.textAlign = "center";
    state.marks.forEach((mark, i) => {
      if (mark.pair !== state.index || mark.side !== name) return;
      const at = viewer.toScreen(mark.x, mark.y);
      context.beginPath();
      context.moveTo(at.x - 7, at.y);
      context.lineTo(at.x + 7, at.y);
      context.moveTo(at.x, at.y - 7);
      context.lineTo(at.x, at.y + 7);
      stroke(context, INK.mark, 2);
      context.fillStyle = INK.seam;
      context.fillRect(at.x + 7, at.y - 18, 20, 16);
      context.fillStyle = INK.mark;
      context.fillText(letter(i), at.x + 17, at.y - 6);
    });
    context.restore();
  };
}

/** A, B, ... Z, A1, ... */
export function letter(i) {
  const tail = i >= 26 ? String(Math.floor(i / 26)) : "";
  return String.fromCharCode(65 + (i % 26)) + tail;
}

/** Where a point set by key would go: the middle of the side that is worked on. */
export function middle() {
  return (context, viewer) => {
    const x = viewer.box.width / 2;
    const y = viewer.box.height / 2;
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 14 * dx, y + 14 * dy);
    }
    stroke(context, "#ffffff", 1.4);
  };
}

/** The measuring line. */
export function ruler(state, name) {
  return (context, viewer) => {
    const line = state.line;
    if (!line || line.side !== name || !line.b) return;
    const a = viewer.toScreen(line.a.x, line.a.y);
    const b = viewer.toScreen(line.b.x, line.b.y);
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    stroke(context, "#ffffff", 2);
    context.beginPath();
    for (const end of [a, b]) context.rect(end.x - 3, end.y - 3, 6, 6);
    for (const cross of line.crossings ?? []) {
      const at = viewer.toScreen(cross.x, cross.y);
      context.moveTo(at.x + 3, at.y);
      context.arc(at.x, at.y, 3, 0, 2 * Math.PI);
    }
    stroke(context, "#ffd23f", 1.6);
  };
}
