// Asking without the mouse, and what the house says while somebody types. Without this file every page works by its forms and links.
"use strict";

// A request that is overtaken by the next one, or by leaving the page, is no fault: nobody waits for it any more. Then there is null,
// and "" where nothing came of it.
const underWay = new Map();

async function fetched(name, url, options = {}) {
  if (underWay.has(name)) underWay.get(name).abort();
  const control = new AbortController();
  underWay.set(name, control);
  try {
    const reply = await fetch(url, { ...options, signal: control.signal, redirect: "error" });
    return reply.ok ? await reply.text() : "";
  } catch (fault) {
    return fault.name === "AbortError" ? null : "";
  }
}

// Each part of the reply takes the place of what the part of the same name holds.
function putIn(text) {
  const made = document.createElement("template");
  made.innerHTML = text;
  for (const part of made.content.querySelectorAll("[data-into-part]")) {
    const place = document.getElementById(part.id);
    // Nothing is taken away from under whoever is filling it in.
    if (place && place.innerHTML !== part.innerHTML && !place.contains(document.activeElement)) place.innerHTML = part.innerHTML;
  }
  document.dispatchEvent(new Event("htmx:afterSettle"));
}

function later(act, milliseconds) {
  let timer = 0;
  const soon = (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), milliseconds); };
  soon.cancel = () => clearTimeout(timer);
  return soon;
}

// The list narrows while somebody types; Enter opens the first that fits what stands in the field now.
async function narrow(form) {
  const text = await fetched("find", form.action + "?" + new URLSearchParams(new FormData(form)), { headers: { "HX-Target": "found" } });
  if (text) document.getElementById("found").innerHTML = text;
  return text;
}
const narrowSoon = later(narrow, 150);

// The form is checked while it is filled in.
async function check(form) {
  const body = new URLSearchParams(new FormData(form));
  body.set("at", document.activeElement.name || ""); // a number that is still being typed may become another
  putIn(await fetched("check", form.action + "/check", { method: "POST", body }));
}
const checkSoon = later(check, 300);

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "find" in form.dataset) narrowSoon(form);
  if (form && form.id === "question") checkSoon(form);
});

document.addEventListener("keydown", async (event) => {
  const form = event.target.closest("[data-find]");
  if (!form || event.key !== "Enter" || event.target.id !== "q" || !event.target.value.trim()) return;
  event.preventDefault();
  narrowSoon.cancel(); // it would overtake the search that is to open something
  const text = await narrow(form);
  const first = text && document.querySelector("#found .hit");
  if (first) first.click();
  if (text === "") form.submit(); // the list did not come: the page with it, or whatever stands in the way, does
});

// The arrows go through what was found.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const hits = [...document.querySelectorAll("#found .hit")];
  const at = hits.indexOf(document.activeElement);
  if (at < 0 && event.target.id !== "q") return;
  const next = hits[at + (event.key === "ArrowDown" ? 1 : -1)] || (event.key === "ArrowUp" ? document.getElementById("q") : null);
  if (next) { event.preventDefault(); next.focus(); }
});

// j and k go through the rows of a list, Enter opens the one that has the focus.
document.addEventListener("keydown", (event) => {
  const sign = shortcutOf(event);
  if (!["j", "k"].includes(sign) || event.target.closest("input, textarea, select")) return;
  const links = [...document.querySelectorAll("[data-rows] tbody td:first-child a")];
  const next = links[links.indexOf(document.activeElement) + (sign === "j" ? 1 : -1)];
  if (next) next.focus();
});

// Choosing from a list that narrows another is enough. A field that was left is looked at once more.
document.addEventListener("change", (event) => {
  if (event.target.form && event.target.form.id === "question") checkSoon(event.target.form);
  if ("go" in event.target.dataset) event.target.form.requestSubmit();
});

// An answer that arrives on an open page was seen: that is recorded, and the reader's watermark comes back.
document.addEventListener("htmx:afterSettle", async () => {
  const seen = document.querySelector("[data-seen]");
  const token = document.querySelector('meta[name="csrf"]');
  if (!seen || !token) return;
  const url = seen.dataset.seen;
  seen.removeAttribute("data-seen");
  putIn(await fetched("seen", url, { method: "POST", headers: { "X-CSRF-Token": token.content } }));
});

// The form begins where there is something to fill in; one that was stopped, at the rule that stops it.
document.addEventListener("DOMContentLoaded", () => {
  const rule = document.querySelector("#stopped a");
  if (rule) { rule.focus(); return; }
  const first = document.querySelector("#faults, #read-back, #question [name=again]") ? null : [...document.querySelectorAll("#question input[type=text]")].find((field) => !field.value);
  if (first) first.focus();
});
