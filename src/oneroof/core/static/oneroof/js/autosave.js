// <form data-autosave="address"> sends itself there while one types, and tells how it went in its [data-autosave-state].
// What is sent for good waits for what is being saved: a draft that arrived after its reply would stand there again.
// The same request renews what the address wishes to renew, such as a claim. A page that is left sends what is unsent.

const QUIET = 800;
const timers = new WeakMap();
const saving = new WeakMap();

function tell(form, saved) {
  const state = form.querySelector("[data-autosave-state]");
  if (state) state.textContent = saved ? state.dataset.saved ?? "" : state.dataset.failed ?? "";
}

function save(form) {
  timers.delete(form);
  const sent = send(form).finally(() => saving.get(form) === sent && saving.delete(form));
  saving.set(form, sent);
}

async function send(form) {
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), keepalive: true });
    tell(form, answer.ok);
    form.dispatchEvent(new CustomEvent("oneroof:autosaved", { bubbles: true, detail: { status: answer.status } }));
  } catch {
    tell(form, false);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), QUIET));
});

document.addEventListener("submit", (event) => {
  clearTimeout(timers.get(event.target));
  timers.delete(event.target);
});

document.addEventListener("htmx:confirm", (event) => {
  const sent = saving.get(event.detail.elt);
  if (!sent || event.defaultPrevented) return;
  event.preventDefault();
  sent.then(() => event.detail.issueRequest(false));
});

addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (!timers.has(form)) continue;
    clearTimeout(timers.get(form));
    save(form);
  }
});
