// What a key passes before any shortcut sees it. Not deferred: a key pressed while the page still comes in is not lost.
"use strict";

// While an input method composes (pinyin, wubi) every key belongs to it. Safari tells of its end before the Enter that made it: 229 is left.
const composing = (event) => event.isComposing || event.keyCode === 229;

// The sign of a shortcut: as typed where it is ASCII, else by the place of the key, so that full width and other alphabets do as well.
function shortcutOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  if (event.key.length > 1) return event.key;
  if (event.key > "~") return byPlace(event);
  return event.shiftKey ? event.key : event.key.toLowerCase(); // without Shift: Caps Lock is on
}

function byPlace(event) {
  const [, sign] = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code) || [];
  if (sign) return event.shiftKey ? sign : sign.toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : event.key;
}

let early = []; // until the page's scripts, which are deferred, have run

window.addEventListener("keydown", (event) => {
  if (composing(event)) event.stopImmediatePropagation();
  else if (early && event.key === "Enter" && event.target.closest("[data-find]")) {
    event.preventDefault(); // it is to open what was looked for, not to list it
    early.push(event);
  } else if (early && shortcutOf(event).length === 1 && !event.target.closest("input, textarea, select")) early.push(event);
}, true);

document.addEventListener("DOMContentLoaded", () => setTimeout(() => {
  const pressed = early;
  early = null;
  for (const { key, code, shiftKey } of pressed) {
    (document.activeElement || document.body).dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true }));
  }
}));
