// The list: what one has changed oneself is no news, what came since one looked is marked, and what is ticked goes
// along with the forms of the bar for those chosen.

const seen = new Map();
let before = null;

const head = () => document.getElementById("head");

function mark() {
  const open = head()?.dataset;
  if (open) seen.set(open.conversation, open.changed);
  const live = document.querySelector("[data-live-url]");
  if (!live) return;
  const url = new URL(live.dataset.liveUrl, location.href);
  url.searchParams.set("seen", [...seen].slice(-50).map((pair) => pair.join("-")).join(","));
  live.dataset.liveUrl = url.pathname + url.search;
}

function markOpen() {
  const open = head()?.dataset.conversation;
  for (const row of document.querySelectorAll("#rows [data-conversation]")) {
    const link = row.querySelector(".row__link");
    if (row.dataset.conversation === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// The row of the open conversation comes along with it, and takes its place in the list, if it stands there.
function renew() {
  const now = document.querySelector("#row-now template")?.content.firstElementChild;
  const row = now && document.querySelector(`#rows #${now.id}`);
  if (!row || row.outerHTML === now.outerHTML) return;
  const fresh = now.cloneNode(true);
  fresh.querySelector("[data-row-check]").checked = row.querySelector("[data-row-check]").checked;
  const hadFocus = row.contains(document.activeElement);
  row.replaceWith(fresh);
  window.htmx.process(fresh);
  if (hadFocus) fresh.querySelector(".row__link").focus();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "rows") return;
  before = new Set([...document.querySelectorAll("#rows [data-conversation]")].map((row) => row.dataset.conversation));
});

document.addEventListener("htmx:afterSettle", () => {
  if (before) {
    for (const row of document.querySelectorAll("#rows [data-conversation]")) {
      row.classList.toggle("row--new", !before.has(row.dataset.conversation));
    }
    before = null;
  }
  renewed();
});

function renewed() {
  renew();
  markOpen();
  mark();
}
document.addEventListener("oneroof:changed", renewed);

document.addEventListener("click", (event) => {
  event.target.closest(".row__link")?.closest(".row").classList.remove("row--new");
});

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-for-chosen]")) return;
  for (const check of document.querySelectorAll("[data-row-check]:checked")) event.formData.append("chosen", check.value);
});

// What is done to those chosen loads the page anew: one goes on where one was, or at what stands there now.

const PLACE = "oneroof.inbox.place";
let place = null;

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#rows [data-conversation]");
  if (row) place = row;
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-for-chosen]")) return;
  const row = place?.isConnected ? place : document.querySelector("#rows [data-conversation]:has([data-row-check]:checked)");
  if (!row) return;
  const all = [...document.querySelectorAll("#rows [data-conversation]")];
  sessionStorage.setItem(PLACE, JSON.stringify([row.dataset.conversation, all.indexOf(row)]));
});

function backToPlace() {
  const kept = sessionStorage.getItem(PLACE);
  if (!kept) return;
  sessionStorage.removeItem(PLACE);
  const [conversation, number] = JSON.parse(kept);
  const all = [...document.querySelectorAll("#rows [data-conversation]")];
  const row = all.find((each) => each.dataset.conversation === conversation) ?? all[Math.min(number, all.length - 1)];
  row?.querySelector(".row__link").focus();
}

mark();
backToPlace();
document.querySelector("#rows .row__link[aria-current]")?.closest(".row").scrollIntoView({ block: "nearest" });
