// The workbench: two viewers side by side, linked; overlays, tools and the second key.

import { Viewer, plain, clamp } from "./viewer.js";
import * as overlays from "./overlays.js";
import { countRidges, describe } from "./tools.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const all = read("bench-data");
const words = read("bench-words");
const $ = (selector) => document.querySelector(selector);
const shortcutsOn = () => document.documentElement.dataset.shortcuts === "on";

/** One step of rotation, of zoom, of panning. */
const TURN = Math.PI / 36;
const ZOOM = 1.25;
const PAN_PX = 48;
const FINE_PAN_PX = 4;
/** A second key sooner than this is taken for the first one bouncing. */
const SECOND_KEY_AFTER_MS = 350;

const state = {
  index: 0,
  pair: all[0],
  on: new Set(),
  look: { ...plain },
  tool: null,
  linked: true,
  marks: [],
  line: null,
  lit: null,
};

const tools = [...document.querySelectorAll(".toolbar")];
const tool = (name) => $(`.toolbar [data-do="${name}"]`);
const readout = $("[data-readout]");
const names = ["probe", "candidate"];
const viewers = names.map(
  (name) => new Viewer($(`figure[data-side="${name}"]`), (viewer) => fresh.has(viewer) && fitAll()),
);
const fresh = new Set();
let active = viewers[0];

const other = (viewer) => viewers[viewer === viewers[0] ? 1 : 0];
const both = (viewer) => (state.linked ? viewers : [viewer]);

function activate(viewer) {
  active = viewer;
  for (const each of viewers) each.figure.classList.toggle("active", each === viewer);
  if (state.tool) redraw();
}

// Showing
function redraw() {
  viewers.forEach((viewer, which) => {
    const layers = [];
    if (state.on.has("quality")) layers.push(overlays.quality());
    if (state.on.has("flow")) layers.push(overlays.flow());
    if (state.on.has("minutiae")) layers.push(overlays.minutiae(state));
    if (state.on.has("pairs")) layers.push(overlays.pairs(state, which));
    layers.push(overlays.ownMarks(state, names[which]), overlays.ruler(state, names[which]));
    if (state.tool && viewer === active) layers.push(overlays.middle());
    viewer.overlays = layers;
    viewer.draw();
  });
  $("[data-zoom]").textContent = `${Math.round(active.zoom * 100)} %`;
}

function fitAll() {
  if (viewers.some((viewer) => !viewer.grey || !viewer.box)) return;
  const zoom = Math.min(...viewers.map((viewer) => viewer.fitZoom()));
  for (const viewer of viewers) viewer.fit(zoom);
  redraw();
}

async function show(index) {
  state.index = clamp(index, 0, all.length - 1);
  state.pair = all[state.index];
  state.line = null;
  state.lit = null;
  readout.textContent = "";
  for (const link of document.querySelectorAll("[data-pair]")) {
    const here = Number(link.dataset.pair) === state.index;
    link.toggleAttribute("aria-current", here);
    if (here) {
      link.setAttribute("aria-current", "true");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
  const about = document.querySelectorAll("[data-about]");
  names.forEach((name, i) => {
    about[i].textContent = $(`[data-facts="${state.index}-${name}"]`)?.textContent ?? "";
  });
  viewers.forEach((viewer) => fresh.add(viewer));
  await Promise.allSettled(viewers.map((viewer, i) => viewer.load(state.pair[names[i]])));
  fitAll();
  fetchLayers();
  setTimeout(() => fresh.clear(), 600);
}

// Doing
function toggle(name) {
  state.on.has(name) ? state.on.delete(name) : state.on.add(name);
  press(name, state.on.has(name));
  redraw();
  fetchLayers();
}

/** Quality and the boundaries of an eye take a moment: they are fetched when somebody looks at them. */
async function fetchLayers() {
  if (!state.on.has("quality") && !state.on.has("minutiae")) return;
  await Promise.allSettled(viewers.map((viewer) => viewer.layers()));
  redraw();
}

function press(name, on) {
  tool(name)?.setAttribute("aria-pressed", String(on));
}

function setLook(change) {
  Object.assign(state.look, change);
  press("invert", state.look.invert);
  tool("contrast").value = String(state.look.contrast * 100);
  for (const viewer of viewers) {
    viewer.look = state.look;
    viewer.develop();
  }
}

function setTool(name) {
  state.tool = state.tool === name ? null : name;
  state.line = null;
  press("measure", state.tool === "measure");
  press("mark", state.tool === "mark");
  for (const viewer of viewers) {
    if (state.tool) viewer.canvas.dataset.tool = state.tool;
    else delete viewer.canvas.dataset.tool;
  }
  redraw();
}

const zoomBy = (factor, at) => {
  both(active).forEach((viewer) => viewer.magnify(factor, viewer === active ? at : at && mirrored(viewer, at)));
  redraw();
};
const mirrored = (viewer, at) => ({
  x: (at.x / active.box.width) * viewer.box.width,
  y: (at.y / active.box.height) * viewer.box.height,
});
const turnBy = (radians, alone) => {
  (alone ? [active] : both(active)).forEach((viewer) => viewer.turn(radians));
  redraw();
};
const panBy = (dx, dy) => {
  both(active).forEach((viewer) => viewer.pan(dx, dy));
  if (state.line?.byKey) {
    state.line.b = middleOf(active);
    measure(active);
  }
  redraw();
};

const actions = {
  minutiae: () => toggle("minutiae"),
  flow: () => toggle("flow"),
  quality: () => toggle("quality"),
  pairs: () => toggle("pairs"),
  invert: () => setLook({ invert: !state.look.invert }),
  measure: () => setTool("measure"),
  mark: () => setTool("mark"),
  link: () => {
    state.linked = !state.linked;
    press("link", state.linked);
  },
  "zoom-in": () => zoomBy(ZOOM),
  "zoom-out": () => zoomBy(1 / ZOOM),
  "turn-left": (event) => turnBy(-TURN, event?.shiftKey),
  "turn-right": (event) => turnBy(TURN, event?.shiftKey),
  fit: () => fitAll(),
};
for (const button of document.querySelectorAll(".toolbar button[data-do]")) {
  button.addEventListener("click", (event) => actions[button.dataset.do](event));
}
tool("contrast").addEventListener("input", (event) => {
  setLook({ contrast: Number(event.target.value) / 100 });
});
for (const link of document.querySelectorAll("[data-pair]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    show(Number(link.dataset.pair));
  });
}

// Pointer: drag to move, wheel or pinch to magnify, a tool's clicks
viewers.forEach((viewer, which) => {
  const canvas = viewer.canvas;
  const pointers = new Map();
  let pinch = 0;
  const local = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener("focus", () => activate(viewer));
  canvas.addEventListener("pointerdown", (event) => {
    activate(viewer);
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, local(event));
    const at = viewer.toImage(local(event).x, local(event).y);
    if (state.tool === "measure") state.line = { side: names[which], a: at, b: null };
    if (state.tool === "mark" && pointers.size === 1) askForMark(viewer, names[which], at, local(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = local(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      light(viewer, which, at);
      return;
    }
    if (pointers.size === 2) {
      pointers.set(event.pointerId, at);
      const [p, q] = [...pointers.values()];
      const span = Math.hypot(p.x - q.x, p.y - q.y);
      if (pinch > 0) zoomBy(span / pinch, { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 });
      pinch = span;
      return;
    }
    pointers.set(event.pointerId, at);
    if (state.tool === "measure" && state.line) {
      state.line.b = viewer.toImage(at.x, at.y);
      measure(viewer);
    } else if (!state.tool) {
      panBy(at.x - before.x, at.y - before.y);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      pinch = 0;
    });
  }
  canvas.addEventListener("dblclick", () => !state.tool && fitAll());
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      activate(viewer);
      zoomBy(Math.exp(-event.deltaY / 400), local(event));
    },
    { passive: false },
  );
});

const middleOf = (viewer) => viewer.toImage(viewer.box.width / 2, viewer.box.height / 2);

/** The tools by key: the image is moved under the cross, Enter sets a point. */
function pointByKey() {
  const name = names[viewers.indexOf(active)];
  const at = middleOf(active);
  if (state.tool === "mark") {
    askForMark(active, name, at, { x: active.box.width / 2, y: active.box.height / 2 });
  } else if (state.line?.byKey) {
    state.line.b = at;
    measure(active);
    state.line.byKey = false;
  } else {
    state.line = { side: name, a: at, b: null, byKey: true };
  }
}

function measure(viewer) {
  const { a, b } = state.line;
  if (Math.hypot(b.x - a.x, b.y - a.y) < 2 || !viewer.grey) return;
  state.line.crossings = viewer.mm ? countRidges(viewer.grey, a, b) : [];
  readout.textContent = describe(viewer, state.line, words);
  redraw();
}

/** The pair under the pointer lights up on both sides. */
function light(viewer, which, at) {
  if (!state.on.has("pairs")) return;
  let best = null;
  let reach = 14;
  state.pair.pairs.forEach((pair, i) => {
    const point = viewer.side.minutiae[pair[which]];
    if (!point) return;
    const spot = viewer.toScreen(point.x, point.y);
    const distance = Math.hypot(spot.x - at.x, spot.y - at.y);
    if (distance < reach) [best, reach] = [i, distance];
  });
  if (best !== state.lit) {
    state.lit = best;
    redraw();
  }
}

// Own marks
const markField = $('input[name="marks"]');
const markList = $("[data-marks] ol");

function askForMark(viewer, side, at, screen) {
  $(".mark-note")?.remove();
  const form = document.createElement("form");
  form.className = "mark-note";
  const input = document.createElement("input");
  input.maxLength = 400;
  input.placeholder = words["mark-prompt"];
  input.setAttribute("aria-label", words["mark-prompt"]);
  form.append(input);
  const caption = viewer.figure.querySelector("figcaption").offsetHeight;
  form.style.left = `${clamp(screen.x + 8, 4, Math.max(4, viewer.box.width - 250))}px`;
  form.style.top = `${clamp(screen.y + caption + 8, caption, viewer.box.height - 20)}px`;
  const keep = () => {
    form.remove();
    state.marks.push({ pair: state.index, side, x: round(at.x), y: round(at.y), note: input.value.trim() });
    setTool("mark");
    listMarks();
    viewer.canvas.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      form.remove();
      viewer.canvas.focus();
    }
  });
  viewer.figure.append(form);
  requestAnimationFrame(() => input.focus());
}

/** Marks that were sent before come back where the form was not taken. */
function earlierMarks() {
  try {
    const earlier = JSON.parse(markField.value);
    const whole = (mark) => names.includes(mark.side) && Number.isFinite(mark.x) && Number.isFinite(mark.y) && mark.pair in all;
    return Array.isArray(earlier) ? earlier.filter(whole) : [];
  } catch {
    return [];
  }
}

const round = (value) => Math.round(value * 10) / 10;

function listMarks() {
  markField.value = JSON.stringify(state.marks);
  markList.replaceChildren(
    ...state.marks.map((mark, i) => {
      const item = document.createElement("li");
      const label = document.createElement("b");
      label.textContent = overlays.letter(i);
      const text = document.createElement("span");
      const where = document.querySelector(`[data-pair="${mark.pair}"] > span:last-child`)?.textContent ?? "";
      text.textContent = `${where}, ${words[mark.side]}: ${mark.note}`;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn small";
      remove.textContent = "×";
      remove.setAttribute("aria-label", `× ${overlays.letter(i)}`);
      remove.addEventListener("click", () => {
        state.marks.splice(i, 1);
        listMarks();
      });
      item.append(label, text, remove);
      return item;
    }),
  );
  redraw();
}

// Deciding: the first key chooses, the second confirms
const decide = $("form.decide");
const second = $("#second-key");
const confirmBox = decide.querySelector('input[name="confirm"]');
let chosenAt = 0;

function choose(radio) {
  if (!radio) return;
  radio.checked = true;
  $("#second-title").textContent = radio.nextElementSibling.querySelector("[data-word]").textContent;
  chosenAt = performance.now();
  second.showModal();
}
second.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.repeat || performance.now() - chosenAt < SECOND_KEY_AFTER_MS)) {
    event.preventDefault();
  }
});
second.querySelector("[data-yes]").addEventListener("click", () => {
  confirmBox.checked = true;
  second.close();
  decide.requestSubmit();
});
// The dialog takes the place of the tick and the button: a click chooses, so does Enter or Space on a choice.
decide.classList.add("js");
for (const radio of decide.querySelectorAll('input[name="decision"]')) {
  radio.addEventListener("click", (event) => event.detail > 0 && choose(radio));
  radio.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(radio);
    }
  });
}
second.querySelector("[data-no]").addEventListener("click", () => second.close());

// Help
const help = $("#shortcuts");
for (const link of document.querySelectorAll("[data-help]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    help.showModal();
  });
}

// Keys
const step = (event) => (event.shiftKey ? FINE_PAN_PX : PAN_PX);
const keys = {
  m: actions.minutiae,
  f: actions.flow,
  q: actions.quality,
  p: actions.pairs,
  i: actions.invert,
  c: () => setLook({ contrast: clamp(state.look.contrast + 0.25, 0.5, 3) }),
  C: () => setLook({ contrast: clamp(state.look.contrast - 0.25, 0.5, 3) }),
  r: actions.measure,
  a: actions.mark,
  l: actions.link,
  w: () => {
    const sheet = $(".worksheet");
    sheet.open = !sheet.open;
    if (sheet.open) sheet.querySelector("textarea").focus();
  },
  "+": actions["zoom-in"],
  "=": actions["zoom-in"],
  "-": actions["zoom-out"],
  0: actions.fit,
  "[": () => turnBy(-TURN),
  "]": () => turnBy(TURN),
  "{": () => turnBy(-TURN, true),
  "}": () => turnBy(TURN, true),
  ",": () => show(state.index - 1),
  ".": () => show(state.index + 1),
  ArrowLeft: (event) => panBy(step(event), 0),
  ArrowRight: (event) => panBy(-step(event), 0),
  ArrowUp: (event) => panBy(0, step(event)),
  ArrowDown: (event) => panBy(0, -step(event)),
  Escape: () => state.tool && setTool(state.tool),
  "?": () => help.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || second.open || help.open) return;
  const target = event.target;
  if (target.matches("textarea, input:not([type=radio]):not([type=checkbox]):not([type=range])")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const arrow = event.key.startsWith("Arrow");
  if (arrow && target.matches("input, .strip a")) return;
  if (event.key === "Enter" && state.tool && target.matches("body, canvas, main, .toolbar button[aria-pressed=true]")) {
    event.preventDefault();
    pointByKey();
    return;
  }
  if (!shortcutsOn() && event.key.length === 1) return;
  if (/^[1-9]$/.test(event.key)) {
    event.preventDefault();
    choose(decide.querySelectorAll('input[name="decision"]')[Number(event.key) - 1]);
    return;
  }
  const action = keys[event.key] ?? (event.shiftKey ? null : keys[event.key.toLowerCase()]);
  if (action) {
    event.preventDefault();
    action(event);
  }
});

// The clock informs once a minute.
const clock = $("[data-waited]");
if (clock) {
  const shownSince = Date.now();
  const base = Number(clock.dataset.waited);
  setInterval(() => {
    const minutes = Math.floor((base + (Date.now() - shownSince) / 1000) / 60);
    clock.textContent = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }, 60_000);
}

for (const bar of tools) bar.hidden = false;
$("#viewer").hidden = false;
activate(viewers[0]);
state.marks = earlierMarks();
listMarks();
show(0);
