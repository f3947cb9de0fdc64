// Keeps <time data-relative> true while the page is open; the exact moment stays in its title.

const lang = document.documentElement.lang || "en";
const words = new Intl.RelativeTimeFormat(lang, { style: "narrow", numeric: "always" });
const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium" });
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const FAR = 30 * 86400;

function worded(moment) {
  const span = (moment - Date.now()) / 1000;
  if (Math.abs(span) >= FAR) return day.format(moment);
  const step = STEPS.find(([, seconds]) => Math.abs(span) >= seconds);
  return step ? words.format(Math.trunc(span / step[1]), step[0]) : null;
}

function refresh() {
  for (const shown of document.querySelectorAll("time[data-relative]")) {
    const text = worded(Date.parse(shown.dateTime));
    if (text && text !== shown.textContent) shown.textContent = text;
  }
}

setInterval(() => { if (!document.hidden) refresh(); }, 30000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
