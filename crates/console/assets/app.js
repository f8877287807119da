// Conveniences of every page: shortcuts, the help, the live sign. Every page works without this file.

const root = document.documentElement;
const shortcutsOn = () => root.dataset.shortcuts === "on";
const typing = (target) =>
  target instanceof Element && target.closest("input, select, textarea, [contenteditable], dialog[open]");

// Help
const help = document.getElementById("shortcuts");
for (const link of document.querySelectorAll("[data-help]")) {
  link.addEventListener("click", (event) => {
    if (help) {
      event.preventDefault();
      help.showModal();
    }
  });
}

// Keys
let waitingForArea = 0;

function moveRow(step) {
  const links = [...document.querySelectorAll(".rows tbody th a, .alerts h2 a")];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target.matches?.("input[type=search]")) event.target.blur();
    return;
  }
  if (!shortcutsOn()) return;
  if (waitingForArea > Date.now()) {
    waitingForArea = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  switch (event.key) {
    case "?":
      event.preventDefault();
      help?.showModal();
      break;
    case "g":
      waitingForArea = Date.now() + 1500;
      break;
    case "/": {
      const find = document.querySelector("[data-find]");
      if (find) {
        event.preventDefault();
        find.focus();
        find.select();
      }
      break;
    }
    case "j":
      moveRow(1);
      break;
    case "k":
      moveRow(-1);
      break;
    case "n": {
      const primary = document.querySelector("[data-primary]");
      if (primary && !primary.disabled) primary.click();
      break;
    }
    case "Escape":
      for (const open of document.querySelectorAll("details.more[open]")) open.open = false;
      break;
  }
});

// A click outside closes the preferences.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.more[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// What is wrong comes first.
document.querySelector(".error-summary")?.focus();

// The live sign says whether the page still follows the hub.
function live(state) {
  for (const sign of document.querySelectorAll("[data-live]")) sign.dataset.live = state;
}
document.body.addEventListener("htmx:sseOpen", () => live("on"));
document.body.addEventListener("htmx:sseError", () => live("off"));
document.body.addEventListener("htmx:sendError", () => live("off"));

// A browser gives a hub six connections. A page that was left but is kept for the way back must not hold one: it lets
// go, and fetches itself anew when somebody comes back to it.
const lines = new Set();
document.body.addEventListener("htmx:sseOpen", (event) => lines.add(event.detail.source));
window.addEventListener("pagehide", () => {
  for (const line of lines) line.close();
  lines.clear();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// What changed is said once, and the tab's title counts: nobody has to stare at the page.
const title = document.title;
let counted = document.querySelector("[data-count]")?.dataset.count;
function announce() {
  const count = document.querySelector("[data-count]");
  if (!count) return;
  document.title = count.dataset.count === "0" ? title : `(${count.dataset.count}) ${title}`;
  if (count.dataset.count !== counted) {
    counted = count.dataset.count;
    const said = document.querySelector("[data-announce]");
    if (said) said.textContent = count.textContent;
  }
}
announce();
document.body.addEventListener("htmx:afterSettle", announce);

// A page that fetches itself and gets a sign-in page instead goes there.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.responseURL && requestConfig && new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location).pathname) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  }
});

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
