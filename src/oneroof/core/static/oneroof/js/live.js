// Asks [data-live-url] each second what changed since data-live-version, and offers it by a pill: nothing moves by itself.
// The address answers 304 (nothing), or 200 with {"version": "…", "count": 3, "text": "3 new"}; If-None-Match carries the version.

const EVERY = 1000;
const AT_MOST = 30000;
let failures = 0;

const region = () => document.querySelector("[data-live-url]");

function say(text) {
  document.dispatchEvent(new CustomEvent("oneroof:say", { detail: { text, quiet: true } }));
}

function show(live, news) {
  const pill = live.querySelector("[data-live-pill]");
  live.dataset.liveSeen = news.version;
  if (!news.count || pill.textContent === news.text) return;
  pill.textContent = news.text;
  pill.hidden = false;
  say(news.text);
}

function connection(live, lost) {
  const state = live.querySelector("[data-live-state]");
  if (!state || state.hasAttribute("data-lost") === lost) return;
  state.toggleAttribute("data-lost", lost);
  state.textContent = lost ? state.dataset.lostText : "";
  state.hidden = !lost;
  say(lost ? state.dataset.lostText : state.dataset.backText);
}

async function ask(live) {
  const version = live.dataset.liveSeen ?? live.dataset.liveVersion;
  const url = new URL(live.dataset.liveUrl, location.href);
  url.searchParams.set("since", live.dataset.liveVersion);
  const answer = await fetch(url, { headers: { "If-None-Match": `"${version}"`, Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(10000) });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(String(answer.status));
  show(live, await answer.json());
}

async function round() {
  const live = region();
  if (live && !document.hidden) {
    try {
      await ask(live);
      failures = 0;
      connection(live, false);
    } catch {
      failures += 1;
      if (failures > 1) connection(live, true);
    }
  }
  setTimeout(round, Math.min(EVERY * 2 ** failures, AT_MOST));
}

document.addEventListener("click", (event) => {
  const pill = event.target.closest("[data-live-pill]");
  if (!pill) return;
  const live = pill.closest("[data-live-url]");
  const { target } = pill.dataset;
  live.dataset.liveVersion = live.dataset.liveSeen;
  pill.hidden = true;
  pill.textContent = "";
  window.htmx.ajax("GET", pill.dataset.refresh || location.href, { target, select: target, swap: "outerHTML" });
});

round();
