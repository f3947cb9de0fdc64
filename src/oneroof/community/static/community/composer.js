// <textarea data-composer>: files are pasted, dropped or chosen, and “@” followed by letters offers members.
// Its words come from <template id="composer">; without a script one writes all the same.

const words = document.getElementById("composer");
const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function write(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function send(area, file, state) {
  state.textContent = state.dataset.sending;
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  try {
    const answer = await fetch("/files/", { method: "POST", body, headers: { "X-CSRFToken": token() } });
    const said = await answer.json();
    if (answer.ok) write(area, `${said.markdown}\n`);
    state.textContent = answer.ok ? "" : said.detail;
  } catch {
    state.textContent = state.dataset.failed;
  }
}

function begun(area) {
  const before = area.value.slice(0, area.selectionStart);
  const found = before.match(/(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N} ._-]{0,39})$/u);
  return found ? { text: found[1], from: before.length - found[1].length - 1 } : null;
}

function offer(area, list) {
  let asked = 0, items = [], at = 0;
  const close = () => { list.hidden = true; items = []; area.removeAttribute("aria-activedescendant"); };
  const mark = () => [...list.children].forEach((each, index) => {
    each.setAttribute("aria-selected", index === at);
    if (index === at) area.setAttribute("aria-activedescendant", each.id);
  });
  const take = (index) => {
    const word = begun(area);
    if (word) write(area, `${items[index].markdown} `, word.from, area.selectionStart);
    close();
    area.focus();
  };
  area.addEventListener("input", async () => {
    const word = begun(area), mine = ++asked;
    if (!word) return close();
    const answer = await fetch(`/mentionable/?q=${encodeURIComponent(word.text)}`).catch(() => null);
    if (mine !== asked || !answer?.ok) return;
    items = (await answer.json()).items;
    if (mine !== asked) return;
    if (!items.length) return close();
    list.replaceChildren(...items.map((each, index) => {
      const line = document.createElement("li");
      Object.assign(line, { id: `${list.id}-${index}`, role: "option", textContent: each.name, dir: "auto" });
      line.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
      return line;
    }));
    at = 0;
    list.hidden = false;
    mark();
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { at = (at + step + items.length) % items.length; mark(); }
    else if (event.key === "Enter" || event.key === "Tab") take(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  area.addEventListener("blur", close);
}

document.querySelectorAll("textarea[data-composer]").forEach((area, index) => {
  const tools = words?.content.firstElementChild.cloneNode(true);
  if (!tools) return;
  const [input, state, list] = ["input", "[data-state]", "[data-names]"].map((each) => tools.querySelector(each));
  list.id = `names-${index}`;
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  area.after(tools);
  input.addEventListener("change", () => { for (const file of input.files) send(area, file, state); input.value = ""; });
  for (const kind of ["paste", "drop"]) area.addEventListener(kind, (event) => {
    const files = [...((event.clipboardData ?? event.dataTransfer)?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) send(area, file, state);
  });
  offer(area, list);
});
