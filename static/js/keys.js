// Shortcuts of one key for whoever reads the queue all day. They rest while something is typed, and
// can be turned off for good (WCAG 2.1.4).

const OFF = "sac-sin-atajos";
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return true;
  }
}

function turn(on) {
  if (on) {
    localStorage.removeItem(OFF);
  } else {
    localStorage.setItem(OFF, "1");
  }
}

function step(by) {
  const rows = Array.from(document.querySelectorAll("[data-row]"));
  const here = rows.indexOf(document.activeElement);
  const next = rows[here < 0 && by < 0 ? rows.length - 1 : here + by];

  if (next) {
    next.focus();
  }
}

function press(event) {
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented);

  if (!isPlain || isOff() || event.target.closest(TYPING)) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
    return;
  }
  const named = Array.from(document.querySelectorAll("[data-key]"))
    .find((each) => each.dataset.key === event.key);

  if (named) {
    event.preventDefault();
    if (named.matches("input")) {
      named.focus();
    } else {
      named.click();
    }
  }
}

function fold(event) {
  const open = event.key === "Escape" && document.querySelector("[data-folds][open]");

  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
}

function start() {
  const box = document.querySelector("[data-keys]");

  if (box) {
    const toggle = box.querySelector("input");

    box.hidden = false;
    toggle.checked = !isOff();
    toggle.addEventListener("change", () => turn(toggle.checked));
  }
}

document.addEventListener("keydown", press);
document.addEventListener("keydown", fold);
start();
