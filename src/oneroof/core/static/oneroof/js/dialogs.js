// <button data-dialog="id"> opens <dialog id>; [data-close] and a press beside it close it. Menus close when left.
// Tooltips: [data-tip="text"] on something that can be focused.

function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.dispatchEvent(new CustomEvent("oneroof:dialog", { bubbles: true }));
  dialog.showModal();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  closeMenus(opener ? null : event.target.closest("details.menu"));
  if (opener) open(document.getElementById(opener.dataset.dialog));
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches?.("dialog")) event.target.close("no");
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const choices = [...menu.querySelectorAll(".menu__sheet :is(a, button)")];
  const at = choices.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  choices.at(at % choices.length)?.focus();
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

let tip;

function showTip(event) {
  const on = event.target.closest?.("[data-tip]");
  if (!on) return;
  tip ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tip", popover: "manual", id: "tip" }));
  tip.textContent = on.dataset.tip;
  on.setAttribute("aria-describedby", "tip");
  tip.showPopover();
  const box = on.getBoundingClientRect();
  const left = Math.min(Math.max(4, box.left + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 4);
  const above = box.top - tip.offsetHeight - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 4 ? box.bottom + 6 : above}px`;
}

function hideTip() {
  if (tip?.matches(":popover-open")) tip.hidePopover();
}

document.addEventListener("pointerover", showTip);
document.addEventListener("focusin", showTip);
document.addEventListener("pointerout", hideTip);
document.addEventListener("focusout", hideTip);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
