// Times in words beside the exact ones: "3 minutes ago", "in 2 hours". The house's clock counts, not the computer's.
"use strict";

// Whole days only from two on: "in 1 day" may lie on the morrow or on the day after.
const UNITS = [["day", 2 * 86400, 86400], ["hour", 3600, 3600], ["minute", 60, 60]];
const inWords = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const thisMinute = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(0, "minute");
const LONGEST = 7 * 86400; // further away, the date says more

const clockMeta = document.querySelector('meta[name="now"]');
const ahead = clockMeta ? Date.parse(clockMeta.content) - Date.now() : 0;

// Rounded, for "in 1 hour" must not mean nearly two; never "tomorrow", which counts nights and not hours.
function wordsFor(seconds) {
  if (Math.abs(seconds) < 60) return thisMinute;
  const [unit, , size] = UNITS.find(([, from]) => Math.abs(seconds) >= from * 0.96) || UNITS[2];
  return inWords.format(Math.round(seconds / size), unit);
}

function showTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
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
    const text = wordsFor(seconds);
    if (words.textContent !== text) words.textContent = text;
  }
}

document.addEventListener("DOMContentLoaded", showTimes);
document.addEventListener("htmx:afterSettle", showTimes);
document.addEventListener("htmx:sseMessage", showTimes);
setInterval(showTimes, 20000);
