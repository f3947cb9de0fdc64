// <form data-autosave="address"> sends itself there while one types, and tells how it went in its [data-autosave-state].
// What is sent for good waits for what is being saved: a draft that arrived after its reply would stand there again.
// The same request renews what the address wishes to renew, such as a claim. A page that is left sends what is unsent.
// By the address, for a form may be drawn anew between typing and sending: what waits of the old one is the same.

const QUIET = 800;
const waiting = new Map();
const saving = new Map();

function tell(form, saved) {
  const state = form.querySelector("[data-autosave-state]");
  if (state) state.textContent = saved ? state.dataset.saved ?? "" : state.dataset.failed ?? "";
}

function forget(address) {
  clearTimeout(waiting.get(address)?.timer);
  waiting.delete(address);
}

function save(form) {
  const address = form.dataset.autosave;
  forget(address);
  const all = Promise.all([saving.get(address), send(form)]); // the one before may still be on its way
  const sent = all.finally(() => saving.get(address) === sent && saving.delete(address));
  saving.set(address, sent);
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
  if (!form || form.matches(".htmx-request")) return; // it is being sent for good
  forget(form.dataset.autosave);
  waiting.set(form.dataset.autosave, { form, timer: setTimeout(() => save(form), QUIET) });
});

document.addEventListener("submit", (event) => forget(event.target.dataset.autosave));
document.addEventListener("htmx:beforeRequest", (event) => forget(event.detail.elt.dataset.autosave));

document.addEventListener("htmx:confirm", (event) => {
  const sent = saving.get(event.detail.elt.dataset.autosave);
  if (!sent || event.defaultPrevented) return;
  event.preventDefault();
  sent.then(() => event.detail.issueRequest(false));
});

addEventListener("pagehide", () => {
  for (const { form } of [...waiting.values()]) save(form);
});
