// The conversation that is open: kept true while one looks, what is typed kept whatever happens, reply or note.

const EVERY = 2000;

const head = () => document.getElementById("head");
const composer = () => document.getElementById("composer");
const say = (text) => document.dispatchEvent(new CustomEvent("oneroof:say", { detail: { text, quiet: true } }));

// Keeping it true: the pieces that changed are put in place; a composer in which something is written stays as it is.

function isTyping() {
  const fields = [...(composer()?.querySelectorAll("textarea, [type=checkbox]") ?? [])];
  const isFilled = (field) => (field.type === "checkbox" ? field.checked : field.value.trim());
  return fields.some((field) => field === document.activeElement || isFilled(field));
}

async function refresh() {
  const open = head();
  const url = new URL(open.dataset.changes, location.href);
  url.searchParams.set("version", open.dataset.version);
  const wasTyping = isTyping();
  if (wasTyping) url.searchParams.set("typing", "1");
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout(10000) });
  const pieces = await answer.text();
  const isStill = head()?.dataset.version === open.dataset.version;
  // A question that is open, also one that asks whether to go on, is about what stands here: it stays until answered.
  const hasBegun = isTyping() && !wasTyping; // these pieces were asked for with an empty composer
  if (answer.status !== 200 || !isStill || hasBegun || document.querySelector("dialog[open], #detail :popover-open")) return;
  const before = document.getElementById("thread").textContent;
  window.htmx.swap("#thread", pieces, { swapStyle: "none" });
  markLost();
  document.dispatchEvent(new CustomEvent("oneroof:changed"));
  if (document.getElementById("thread").textContent !== before) say(open.dataset.changedText);
}

// What one has typed stays, and cannot be sent any more, once the conversation is not one's own.
function markLost() {
  const place = composer();
  const isLost = "mine" in place.dataset && !("mine" in head().dataset);
  const words = place.querySelector(".says__lost");
  if (!words || isLost === !words.hidden) return;
  words.hidden = !isLost;
  words.textContent = isLost ? head().dataset.lost : "";
  for (const button of place.querySelectorAll(".says__reply form button:not([type=button])")) button.disabled = isLost;
}

async function round() {
  if (head() && !document.hidden) await refresh().catch(() => undefined);
  setTimeout(round, EVERY);
}
setTimeout(round, EVERY);

// Reply or note.

function writeAs(which) {
  const place = composer();
  place.dataset.says = which;
  for (const button of place.querySelectorAll("[data-say-as]")) button.setAttribute("aria-pressed", button.dataset.sayAs === which);
  const first = ["[data-says-first]", "textarea", "button"].map((what) => place.querySelector(`.says__${which} ${what}`));
  first.find(Boolean)?.focus();
}

document.addEventListener("click", (event) => {
  const which = event.target.closest("[data-say-as]");
  if (which) writeAs(which.dataset.sayAs);
});

// Saved replies and what the community knows go in where one writes, a blank line away from what stands there.

function apart(field, text) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const gap = (side) => (side.trim() ? "\n\n" : "");
  return gap(before) + text + gap(after);
}

document.addEventListener("input", (event) => {
  const list = event.target.closest?.("[data-narrows]")?.closest(".saved");
  if (!list) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const button of list.querySelectorAll("[data-insert]")) {
    button.hidden = !`${button.textContent} ${button.dataset.insert}`.toLowerCase().includes(wanted);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-narrows]")) return;
  event.preventDefault();
  event.target.closest(".saved").querySelector("[data-insert]:not([hidden])")?.click();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const field = (button.closest("form") ?? composer().querySelector(".says__reply form")).querySelector("textarea");
  const menu = button.closest("details");
  if (menu) menu.open = false;
  field.focus();
  field.setRangeText(apart(field, button.dataset.insert), field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".menu[open]") && event.target.querySelector(".saved")) event.target.querySelector("[data-narrows], [data-insert]")?.focus();
}, true);

// How the Markdown will look.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-previews]");
  if (!button) return;
  const shown = button.getAttribute("aria-pressed") === "true";
  const form = button.closest("form");
  const place = form.querySelector(".preview");
  if (!shown) {
    const answer = await fetch(button.dataset.previews, { method: "POST", body: new FormData(form) });
    window.htmx.swap(place, await answer.text(), { swapStyle: "innerHTML" });
  }
  place.hidden = shown;
  button.setAttribute("aria-pressed", !shown);
});

// What is typed is kept in this tab until it was taken, also where the server could not be reached.

const keyOf = (form) => `oneroof.${form.dataset.keeps}`;

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keeps]");
  if (form && event.target.matches("textarea")) sessionStorage.setItem(keyOf(form), event.target.value);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (form?.matches?.("form[data-keeps]") && event.detail.xhr.status < 300) sessionStorage.removeItem(keyOf(form));
});

function bringBack() {
  for (const form of document.querySelectorAll("form[data-keeps]")) {
    const field = form.querySelector("textarea");
    const kept = sessionStorage.getItem(keyOf(form));
    if (kept && !field.value) field.value = kept;
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Keys may be pressed faster than the server answers: a dialog that was opened meanwhile stays open.

let opened = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "detail") return;
  const dialog = document.querySelector("#detail dialog[open]");
  const isAnswered = dialog?.contains(event.detail.requestConfig?.elt) || dialog?.querySelector(".htmx-request");
  opened = dialog && !isAnswered && !dialog.matches(".htmx-request") ? dialog.id : "";
});

document.addEventListener("htmx:afterSettle", () => {
  const dialog = opened && document.getElementById(opened);
  opened = "";
  if (dialog && !dialog.open) dialog.showModal();
});

// The newest post is in sight when a conversation is opened.

let shown = "";

function toNewest() {
  const open = head()?.dataset.conversation ?? "";
  if (open !== shown) document.getElementById("detail").scrollTop = 0;
  if (open && open !== shown) document.querySelector("#thread [data-latest]")?.scrollIntoView({ block: "nearest" });
  shown = open;
}

document.addEventListener("htmx:afterSettle", () => { bringBack(); toNewest(); });
bringBack();
toNewest();
