// <textarea data-limit="500" data-counting="points|graphemes|x|bytes" data-counter="id">: what is left, as the channel counts.
// The server counts again when it sends; this is for the eye while one types.

const graphemes = new Intl.Segmenter(document.documentElement.lang || "en", { granularity: "grapheme" });
const encoder = new TextEncoder();
const LINK = /\bhttps?:\/\/\S*[^\s.,;:!?)'"]/giu;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3|\ufe0f/u;
const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];

// X: links weigh 23, an emoji 2, signs of most scripts 2, Latin and its kin 1 (configuration v3 of twitter-text).
function weighted(text) {
  const links = text.match(LINK) ?? [];
  let weight = 23 * links.length;
  for (const { segment } of graphemes.segment(text.replace(LINK, "").normalize("NFC"))) {
    weight += EMOJI.test(segment) ? 2 : [...segment].reduce((sum, sign) => sum + weigh(sign.codePointAt(0)), 0);
  }
  return weight;
}

const weigh = (point) => (LIGHT.some(([from, to]) => point >= from && point <= to) ? 1 : 2);

const COUNTING = {
  points: (text) => [...text].length,
  graphemes: (text) => [...graphemes.segment(text)].length,
  bytes: (text) => encoder.encode(text).length,
  x: weighted,
};

let spoken = false;

function show(field) {
  const counter = document.getElementById(field.dataset.counter);
  if (!counter) return;
  const left = Number(field.dataset.limit) - (COUNTING[field.dataset.counting] ?? COUNTING.points)(field.value);
  counter.textContent = left.toLocaleString(document.documentElement.lang || undefined);
  counter.toggleAttribute("data-over", left < 0);
  if (left < 0 && !spoken) document.dispatchEvent(new CustomEvent("oneroof:say", { detail: { text: `${counter.title} ${left}`, quiet: true } }));
  spoken = left < 0;
}

function showAll() {
  document.querySelectorAll("[data-limit]").forEach(show);
}

document.addEventListener("input", (event) => { if (event.target.matches("[data-limit]")) show(event.target); });
document.addEventListener("htmx:afterSettle", showAll);
showAll();
