// <button data-copy="text" data-copied="Copied."> puts the text on the clipboard. [data-check-all] ticks every row;
// [data-needs-chosen] shows while a row is ticked. A select or box with data-submits sends its form when it changes.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  document.dispatchEvent(new CustomEvent("oneroof:say", { detail: { text: button.dataset.copied } }));
});

function showChosen() {
  const chosen = document.querySelectorAll("[data-row-check]:checked").length;
  for (const bar of document.querySelectorAll("[data-needs-chosen]")) {
    bar.hidden = !chosen;
    for (const count of bar.querySelectorAll("[data-chosen-count]")) count.textContent = chosen;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-check-all]")) {
    for (const check of document.querySelectorAll("[data-row-check]")) check.checked = event.target.checked;
  }
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  showChosen();
});

document.addEventListener("htmx:afterSettle", showChosen);
