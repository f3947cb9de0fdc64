// Colleagues' names in a note: what begins with @ is completed by a short list below the field.

const MOST = 6;
const BEGUN = /(?:^|\s)@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u;
let at = 0;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const listOf = (field) => field.form.querySelector(".names");
const namesOf = (field) => [...document.querySelectorAll(`#${field.dataset.names} option`)].map((each) => each.value);

function begun(field) {
  return field.value.slice(0, field.selectionStart).match(BEGUN)?.[1];
}

function fitting(field) {
  const typed = begun(field);
  if (typed === undefined) return [];
  const wanted = plain(typed);
  const names = namesOf(field).filter((name) => plain(name).startsWith(wanted) || plain(name).includes(` ${wanted}`));
  return names.some((name) => plain(name) === wanted) ? [] : names.slice(0, MOST);
}

function show(field) {
  const list = listOf(field);
  const names = document.activeElement === field ? fitting(field) : [];
  at = Math.max(0, Math.min(at, names.length - 1));
  list.replaceChildren(...names.map((name, number) => {
    const line = document.createElement("li");
    line.id = `name-${number}`;
    line.role = "option";
    line.dir = "auto";
    line.textContent = name;
    line.setAttribute("aria-selected", number === at);
    return line;
  }));
  list.hidden = !names.length;
  if (names.length) field.setAttribute("aria-activedescendant", `name-${at}`);
  else field.removeAttribute("aria-activedescendant");
}

function take(field, name) {
  const typed = begun(field) ?? "";
  field.setRangeText(`${name} `, field.selectionStart - typed.length, field.selectionStart, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-names]")) return;
  at = 0;
  show(event.target);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-names]") || event.isComposing) return;
  const lines = [...listOf(event.target).children];
  if (!lines.length || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    at = (at + step + lines.length) % lines.length;
    show(event.target);
  } else if (event.key === "Enter" || event.key === "Tab") {
    take(event.target, lines[at].textContent);
  } else if (event.key === "Escape") {
    listOf(event.target).hidden = true;
    listOf(event.target).replaceChildren();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });

document.addEventListener("pointerdown", (event) => {
  const line = event.target.closest(".names li");
  if (!line) return;
  event.preventDefault();
  take(line.closest("form").querySelector("[data-names]"), line.textContent);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-names]")) setTimeout(() => event.target.isConnected && show(event.target));
});
