// Tells things without moving anything: toasts for the eye, a live region for the ear.
// Elsewhere: document.dispatchEvent(new CustomEvent("oneroof:say", { detail: { text, quiet } })).

const SHOWN_FOR = 6000;

function toast(text) {
  const shown = document.getElementById("toast").content.cloneNode(true).firstElementChild;
  shown.querySelector("span").textContent = text;
  document.getElementById("toasts").append(shown);
  leaveLater(shown);
}

function leaveLater(shown) {
  let timer = setTimeout(() => shown.remove(), SHOWN_FOR);
  const stay = () => clearTimeout(timer);
  const leave = () => { timer = setTimeout(() => shown.remove(), SHOWN_FOR); };
  shown.addEventListener("pointerenter", stay);
  shown.addEventListener("focusin", stay);
  shown.addEventListener("pointerleave", leave);
  shown.addEventListener("focusout", leave);
}

document.addEventListener("oneroof:say", (event) => {
  if (event.detail.quiet) document.getElementById("announcer").textContent = event.detail.text;
  else toast(event.detail.text);
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast").remove();
});

document.querySelectorAll("#toasts .toast:not([role=alert])").forEach(leaveLater);
