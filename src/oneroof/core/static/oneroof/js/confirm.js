// <form data-confirm="Really?"> and hx-confirm ask in our own dialog; data-confirm-word names the button that goes on.

const dialog = document.getElementById("confirm");

function ask(text, word) {
  dialog.querySelector("#confirm-text").textContent = text;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.dataset.word ??= yes.textContent;
  yes.textContent = word || yes.dataset.word;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

const agreed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asked = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!asked || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (!(await ask(asked, submitter?.dataset.confirmWord ?? form.dataset.confirmWord))) return;
  agreed.add(form);
  form.requestSubmit(submitter);
}, { capture: true });

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, event.detail.elt.dataset.confirmWord)) event.detail.issueRequest(true);
});
