// One image in a canvas: pan, zoom, rotation; image pixels to screen pixels and back.
//
// The transform of a side is: screen = middle + R(angle) * zoom * density * (image - centre), where `density`
// makes images of different resolution appear at the same scale.

/** Smallest and largest magnification, screen pixels per 500-ppi pixel. */
export const ZOOM_MIN = 0.25;
export const ZOOM_MAX = 16;
/** Above this, pixels are shown as squares rather than blurred. */
const SQUARES_FROM = 4;
/** Resolution that "100 %" refers to. */
const REFERENCE_PPI = 500;

/** The three numbers of a look-up table that the display image is made with. */
export const plain = { invert: false, contrast: 1 };

export class Viewer {
  /** @param {HTMLElement} figure the figure with its canvas */
  constructor(figure, onChange) {
    this.figure = figure;
    this.canvas = figure.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.onChange = onChange;
    this.side = null;
    this.grey = null;
    this.shown = null;
    this.zoom = 1;
    this.angle = 0;
    this.centre = { x: 0, y: 0 };
    this.look = plain;
    this.overlays = [];
    new ResizeObserver(() => this.resize()).observe(this.canvas);
  }

  /** Loads a side's image; resolves when it can be drawn. */
  async load(side) {
    this.side = side;
    this.grey = null;
    this.shown = null;
    const image = new Image();
    image.src = side.image_url;
    await image.decode();
    if (this.side !== side) return;
    const width = image.naturalWidth;
    const height = image.naturalHeight;
    const plate = new OffscreenCanvas(width, height);
    const context = plate.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const rgba = context.getImageData(0, 0, width, height).data;
    const values = new Uint8Array(width * height);
    for (let i = 0; i < values.length; i++) values[i] = rgba[4 * i];
    this.grey = { width, height, values };
    this.develop();
  }

  /** Fetches, once, the overlays that are read from the picture; without them the picture serves as well. */
  async layers() {
    const side = this.side;
    if (!side?.layers_url || side.asked) return;
    side.asked = true;
    const answer = await fetch(side.layers_url).catch(() => null);
    if (!answer?.ok) {
      side.asked = false;
      return;
    }
    Object.assign(side, await answer.json());
  }

  /** Makes the display image from the grey values: contrast about middle grey, then inversion. */
  develop() {
    if (!this.grey) return;
    const { width, height, values } = this.grey;
    const table = new Uint8ClampedArray(256);
    for (let v = 0; v < 256; v++) {
      const stretched = (v - 128) * this.look.contrast + 128;
      table[v] = this.look.invert ? 255 - stretched : stretched;
    }
    const pixels = new ImageData(width, height);
    for (let i = 0; i < values.length; i++) {
      const v = table[values[i]];
      pixels.data[4 * i] = v;
      pixels.data[4 * i + 1] = v;
      pixels.data[4 * i + 2] = v;
      pixels.data[4 * i + 3] = 255;
    }
    this.shown = new OffscreenCanvas(width, height);
    this.shown.getContext("2d").putImageData(pixels, 0, 0);
    this.draw();
  }

  get width() {
    return this.grey?.width ?? this.side?.width_px ?? 1;
  }

  get height() {
    return this.grey?.height ?? this.side?.height_px ?? 1;
  }

  /** Screen pixels per image pixel. */
  get scale() {
    return this.zoom * (REFERENCE_PPI / (this.side?.ppi ?? REFERENCE_PPI));
  }

  /** Millimetres per image pixel; none where the resolution is unknown. */
  get mm() {
    return this.side?.ppi ? 25.4 / this.side.ppi : null;
  }

  /** The zoom at which the whole image is seen. */
  fitZoom() {
    const box = this.canvas.getBoundingClientRect();
    const density = this.scale / this.zoom;
    return Math.min(box.width / (this.width * density), box.height / (this.height * density)) * 0.96;
  }

  fit(zoom) {
    this.zoom = clamp(zoom, ZOOM_MIN, ZOOM_MAX);
    this.angle = 0;
    this.centre = { x: this.width / 2, y: this.height / 2 };
  }

  toScreen(x, y) {
    const box = this.box;
    const c = Math.cos(this.angle) * this.scale;
    const s = Math.sin(this.angle) * this.scale;
    const dx = x - this.centre.x;
    const dy = y - this.centre.y;
    return { x: box.width / 2 + c * dx - s * dy, y: box.height / 2 + s * dx + c * dy };
  }

  toImage(sx, sy) {
    const box = this.box;
    const c = Math.cos(this.angle) / this.scale;
    const s = Math.sin(this.angle) / this.scale;
    const dx = sx - box.width / 2;
    const dy = sy - box.height / 2;
    return { x: this.centre.x + c * dx + s * dy, y: this.centre.y - s * dx + c * dy };
  }

  /** Moves the image by screen pixels. */
  pan(dx, dy) {
    const c = Math.cos(this.angle) / this.scale;
    const s = Math.sin(this.angle) / this.scale;
    this.centre.x = clamp(this.centre.x - (c * dx + s * dy), 0, this.width);
    this.centre.y = clamp(this.centre.y - (-s * dx + c * dy), 0, this.height);
  }

  /** Magnifies about a point of the screen (the middle by default). */
  magnify(factor, at) {
    const before = at ? this.toImage(at.x, at.y) : null;
    this.zoom = clamp(this.zoom * factor, ZOOM_MIN, ZOOM_MAX);
    if (before) {
      const after = this.toScreen(before.x, before.y);
      this.pan(at.x - after.x, at.y - after.y);
    }
  }

  turn(radians) {
    this.angle += radians;
  }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    this.box = { width: box.width, height: box.height };
    this.ratio = ratio;
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    this.onChange?.(this);
    this.draw();
  }

  draw() {
    if (!this.box) return;
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.box.width, this.box.height);
    if (!this.shown) return;
    context.save();
    context.translate(this.box.width / 2, this.box.height / 2);
    context.rotate(this.angle);
    context.scale(this.scale, this.scale);
    context.translate(-this.centre.x, -this.centre.y);
    context.imageSmoothingEnabled = this.scale < SQUARES_FROM;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.shown, 0, 0);
    context.restore();
    for (const overlay of this.overlays) overlay(context, this);
    this.drawScaleBar(context);
  }

  /** A bar of 1 mm (or more) so that the eye keeps its measure. */
  drawScaleBar(context) {
    if (!this.mm) return;
    const pixelsPerMm = this.scale / this.mm;
    const length = [1, 2, 5].find((mm) => mm * pixelsPerMm >= 40) ?? 5;
    const width = length * pixelsPerMm;
    const x = this.box.width - 14 - width;
    const y = this.box.height - 14;
    context.save();
    context.font = "600 12px system-ui, sans-serif";
    context.textAlign = "center";
    context.fillStyle = "#fffffff0";
    context.fillRect(x - 8, y - 20, width + 16, 28);
    context.strokeStyle = context.fillStyle = "#111111";
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x, y - 5);
    context.lineTo(x, y);
    context.lineTo(x + width, y);
    context.lineTo(x + width, y - 5);
    context.stroke();
    context.fillText(`${length} mm`, x + width / 2, y - 7);
    context.restore();
  }
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
