// Times in words beside the exact ones: "3 minutes ago", "in 2 hours". The house's clock counts, not the computer's.
"use strict";

// Whole days only from two on: "in 1 day" may lie on the morrow or on the day after.
const UNITS = [["day", 2 * 86400, 86400], ["hour", 3600, 3600], ["minute", 60, 60]];
const inWords = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const inUnits = Object.fromEntries(["day", "hour", "minute"].map((unit) =>
  [unit, new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" })]));
const { left, late, now: justNow } = document.documentElement.dataset;
const LONGEST = 7 * 86400; // further away, the date says more

const clockMeta = document.querySelector('meta[name="now"]');
const ahead = clockMeta ? Date.parse(clockMeta.content) - Date.now() : 0;

// Rounded, for "in 1 hour" must not mean nearly two; never "tomorrow", which counts nights and not hours.
function wordsFor(seconds, due) {
  if (Math.abs(seconds) < 60) return due ? (seconds < 0 ? late : left).replace("{}", inUnits.minute.format(1)) : justNow;
  const [unit, , size] = UNITS.find(([, from]) => Math.abs(seconds) >= from * 0.96) || UNITS[2];
  const many = Math.round(seconds / size);
  return due ? (many < 0 ? late : left).replace("{}", inUnits[unit].format(Math.abs(many))) : inWords.format(many, unit);
}

function showTimes() {
  for (const time of document.querySelectorAll("time[datetime]:not([data-exact])")) {
    const seconds = (Date.parse(time.dateTime) - Date.now() - ahead) / 1000;
    if (Number.isNaN(seconds) || Math.abs(seconds) > LONGEST) continue;
    let words = time.nextElementSibling;
    if (!words || !words.classList.contains("ago")) {
      words = document.createElement("span");
      words.className = "ago";
      time.after(" ", words);
    }
    if ("due" in time.dataset) {
      words.classList.toggle("soon", seconds >= 0 && seconds < 3600);
      words.classList.toggle("past", seconds < 0);
    }
    const text = wordsFor(seconds, "due" in time.dataset);
    if (words.textContent !== text) words.textContent = text;
  }
}

document.addEventListener("DOMContentLoaded", showTimes);
document.addEventListener("htmx:afterSettle", showTimes);
document.addEventListener("htmx:sseMessage", showTimes);
setInterval(showTimes, 20000);
