// Shortcuts are declared where they act: <button data-key="c">, <a data-key="g i">. Lists of [data-row] take j and k.
// "?" lists all that the page has. Single keys can be switched off there (WCAG 2.1.4).

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const WAIT = 1200;
const SWITCH = "oneroof.single-keys";
let begun = "";
let begunAt = 0;

const shown = (control) => control.checkVisibility?.() ?? true;
const singleKeysAct = () => localStorage.getItem(SWITCH) !== "off";

function keyed() {
  const dialog = document.querySelector("dialog[open]");
  return [...(dialog ?? document).querySelectorAll("[data-key]")].filter((control) => control.dataset.key);
}

function pressed(event) {
  const held = event.ctrlKey || event.metaKey ? "Ctrl+" : event.altKey ? "Alt+" : "";
  return held + (event.key.length === 1 ? (event.shiftKey && /[a-z]/i.test(event.key) ? event.key.toUpperCase() : event.key) : event.key);
}

function act(control) {
  if (!control.matches("summary")) control.closest("details:not([open])")?.setAttribute("open", "");
  if (control.matches(TYPING)) {
    control.focus();
    control.select?.();
  } else if (!control.disabled) {
    control.click();
  }
}

function found(keys) {
  const matching = keyed().filter((control) => control.dataset.key === keys);
  return matching.find(shown) ?? matching.find((control) => control.closest("details:not([open])"));
}

function inSequence(key) {
  const recent = begun && performance.now() - begunAt < WAIT;
  const keys = recent ? `${begun} ${key}` : key;
  const control = found(keys) ?? found(key);
  const isStart = !control && keyed().some((each) => each.dataset.key.startsWith(`${key} `));
  begun = isStart ? key : "";
  begunAt = performance.now();
  return control;
}

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter(shown);
}

function linkOf(row) {
  return row.querySelector(".row__link, a, button");
}

function move(by) {
  const all = rows();
  if (!all.length) return false;
  let at = all.findIndex((row) => row.contains(document.activeElement));
  if (at < 0) at = all.findIndex((row) => row.querySelector("[aria-current]"));
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
  linkOf(all[next])?.focus();
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

function mark() {
  const check = document.activeElement?.closest?.("[data-row]")?.querySelector("[data-row-check]");
  check?.click();
  return Boolean(check);
}

const LISTS = { j: () => move(1), k: () => move(-1), x: mark };

function leave(event) {
  const menu = document.activeElement?.closest?.("details[open].menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.activeElement?.matches?.(TYPING)) {
    document.activeElement.blur();
  }
  return event;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") return void leave(event);
  const key = pressed(event);
  const typing = event.target.closest?.(TYPING);
  const single = !key.includes("+") || key === "+";
  if (single && (typing || !singleKeysAct())) return;
  const control = single ? inSequence(key) : found(key);
  if (control) {
    event.preventDefault();
    act(control);
  } else if (single && !document.querySelector("dialog[open]") && LISTS[key]?.()) {
    event.preventDefault();
  }
});

function bareText(control) {
  const bare = control.cloneNode(true);
  bare.querySelectorAll(".kbd, .count").forEach((sign) => sign.remove());
  return bare.textContent.trim();
}

function label(control) {
  return control.dataset.keyLabel || control.getAttribute("aria-label") || control.getAttribute("placeholder")
    || bareText(control) || control.title;
}

function line(text, keys) {
  const row = document.createElement("li");
  const name = row.appendChild(document.createElement("span"));
  const signs = row.appendChild(document.createElement("span"));
  name.textContent = text;
  signs.className = "keys__keys";
  for (const key of keys.split(" ")) {
    const sign = signs.appendChild(document.createElement("kbd"));
    sign.className = "kbd";
    sign.textContent = key;
    signs.append(" ");
  }
  return row;
}

function groups(sheet) {
  const found = new Map();
  const add = (group, text, keys) => found.set(group, (found.get(group) ?? new Map()).set(keys, text));
  for (const control of document.querySelectorAll("[data-key]:not([data-key=''])")) {
    if (control.closest("dialog")) continue; // a dialog shows its own keys beside what they do
    add(control.dataset.keyGroup || sheet.dataset.other, label(control), control.dataset.key);
  }
  if (document.querySelector("[data-row]")) {
    add(sheet.dataset.listLabel, sheet.dataset.down, "j");
    add(sheet.dataset.listLabel, sheet.dataset.up, "k");
    add(sheet.dataset.listLabel, sheet.dataset.open, "Enter");
  }
  if (document.querySelector("[data-row-check]")) add(sheet.dataset.listLabel, sheet.dataset.mark, "x");
  return found;
}

function fill(sheet) {
  sheet.replaceChildren(...[...groups(sheet)].map(([group, lines]) => {
    const part = document.createElement("section");
    part.appendChild(document.createElement("h3")).textContent = group;
    part.appendChild(document.createElement("ul")).append(...[...lines].map(([keys, text]) => line(text, keys)));
    return part;
  }));
}

document.addEventListener("oneroof:dialog", (event) => {
  const sheet = event.target.querySelector?.("[data-keys-here]");
  if (sheet) fill(sheet);
});

const toggle = document.querySelector("[data-keys-switch]");
if (toggle) {
  toggle.checked = singleKeysAct();
  toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
}

function announceKeys(within) {
  for (const control of within.querySelectorAll?.("[data-key]:not([data-key=''], [aria-keyshortcuts])") ?? []) {
    if (!control.dataset.key.includes(" ")) control.setAttribute("aria-keyshortcuts", control.dataset.key);
  }
}
announceKeys(document);
document.addEventListener("htmx:afterSwap", (event) => announceKeys(event.target));
document.documentElement.dataset.keys = "ready";
