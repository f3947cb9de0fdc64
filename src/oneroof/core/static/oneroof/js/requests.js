// What htmx does not do by itself: the answer to a refused form is shown too, and a failure says so.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if ([409, 422].includes(detail.xhr.status)) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

const texts = document.getElementById("toasts").dataset;

function failed(text) {
  document.dispatchEvent(new CustomEvent("oneroof:say", { detail: { text } }));
}

document.addEventListener("htmx:responseError", () => failed(texts.failed));
document.addEventListener("htmx:sendError", () => failed(texts.offline));
document.addEventListener("htmx:timeout", () => failed(texts.offline));

// Rows that were opened by htmx carry the mark of where one is.
document.addEventListener("htmx:afterSettle", (event) => {
  const link = event.detail.requestConfig?.elt;
  if (!link?.matches?.(".row__link")) return;
  for (const other of document.querySelectorAll(".row__link[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
});

// A passkey that was refused or given up.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  failed(texts.passkey);
});
