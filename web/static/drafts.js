// While a case is open: what is written is saved as a draft, colleagues see who is there, and the end of a session takes nothing away.
"use strict";

const SAVE_AFTER = 600; // milliseconds after the last key
const BEAT = 25000; // an open page says so this often (responders/desk/presence.py)

const live = document.getElementById("live-news");
const ended = document.getElementById("ended");
const kept = [...document.querySelectorAll("form[data-draft]")];
const tab = Math.random().toString(36).slice(2, 10);
const waiting = new Map();
const stopped = new Set(); // forms of which another window has a newer draft
const moveOf = (form) => form.dataset.draft.split("/").pop();

function say(form, words, care = false) {
  const place = form.querySelector(".draft-words");
  place.textContent = words;
  place.classList.toggle("care", care);
}

function post(address, fields) {
  const token = document.querySelector('meta[name="csrf"]').content;
  const body = fields instanceof URLSearchParams ? fields : new URLSearchParams(fields);
  body.set("csrf", token);
  return fetch(address, { method: "POST", body, headers: { Accept: "application/json", "X-CSRF-Token": token }, keepalive: true });
}

async function save(form, over = false, again = true) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (stopped.has(form) && !over) return;
  const fields = new URLSearchParams(new FormData(form));
  if (over) fields.set("over", "1");
  let answer;
  try { answer = await post(form.dataset.draft, fields); } catch { return later(form, 5000); }
  if (answer.status === 403 && again) { await look(); return save(form, over, false); }
  const told = answer.headers.get("content-type").includes("json") ? await answer.json() : {};
  if (answer.status === 401) return sessionEnded(told);
  if (answer.status === 409) { stopped.add(form); return say(form, told.words, true); }
  if (!answer.ok) return later(form, 5000);
  stopped.delete(form);
  ended.hidden = true;
  form.elements.serial.value = told.serial;
  say(form, told.words);
}

function later(form, wait = SAVE_AFTER) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), wait));
}

function sessionEnded(told) {
  ended.hidden = false;
  if (ended.querySelector("a")) return;
  ended.append(told.words || ended.dataset.words, " ");
  const link = document.createElement("a");
  link.href = told.sign_in || "/sign-in?said=kept&next=" + location.pathname;
  link.textContent = ended.dataset.link;
  ended.append(link);
  ended.scrollIntoView({ block: "nearest" });
}

// Looked at again: another window may have saved more, and a new sign-in has given a new token.
async function look() {
  let answer;
  try { answer = await fetch(live.dataset.drafts, { headers: { Accept: "application/json" } }); } catch { return; }
  if (!answer.ok || answer.redirected) return;
  const { csrf, drafts } = await answer.json();
  document.querySelector('meta[name="csrf"]').content = csrf;
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = csrf;
  for (const form of kept) {
    const other = drafts[moveOf(form)];
    if (!other || other.tab === tab || other.serial <= Number(form.elements.serial.value)) continue;
    stopped.add(form);
    say(form, other.words, true);
  }
}

for (const form of kept) {
  form.elements.tab.value = tab;
  form.addEventListener("input", () => later(form));
  form.addEventListener("submit", () => { clearTimeout(waiting.get(form)); waiting.delete(form); });
  form.querySelector("[data-save]").addEventListener("click", (event) => { event.preventDefault(); save(form, true); });
}

async function beat(more = {}) {
  if (document.hidden && !more.gone) return;
  let answer;
  try { answer = await post(live.dataset.here, more); } catch { return; }
  if (answer.status === 401) { for (const form of waiting.keys()) await save(form); sessionEnded({}); }
}

if (live) {
  beat();
  setInterval(beat, BEAT);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { beat(); look(); } });
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { beat(); look(); } });
  window.addEventListener("pagehide", () => {
    for (const form of waiting.keys()) save(form);
    beat({ gone: "1" });
  });
}
