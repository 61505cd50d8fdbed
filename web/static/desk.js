// The desk and its case screen: keys, arrivals, phrases. Every part of it can be done by mouse, and without this file.
"use strict";

const inField = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
const keysOn = document.getElementById("keys-on");
const keysDialog = document.getElementById("keys");

// Single keys can be switched off: voice control and a slip of the hand type letters too.
function rememberKeys() {
  let off = false;
  try { off = localStorage.getItem("hecha-keys") === "off"; } catch { /* a browser that keeps nothing */ }
  if (keysOn) keysOn.checked = !off;
}
rememberKeys();
if (keysOn) keysOn.addEventListener("change", () => {
  try { localStorage.setItem("hecha-keys", keysOn.checked ? "on" : "off"); } catch { /* as above */ }
});

for (const button of document.querySelectorAll("[data-opens]")) {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}

const rows = () => [...document.querySelectorAll("#pile a, #found a")];

function goTo(step) {
  const links = rows();
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  (next.closest("tr") || next).scrollIntoView({ block: "nearest" });
}

function chooseOutcome(digit) {
  const choice = document.querySelector('#answer input[data-digit="' + digit + '"]');
  if (!choice) return false;
  document.getElementById("answer").open = true;
  choice.focus();
  choice.checked = true;
  choice.dispatchEvent(new Event("input", { bubbles: true }));
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function openPart(name) {
  const part = document.getElementById(name);
  if (!part || part.tagName !== "DETAILS") return;
  part.open = true;
  const field = part.querySelector("input:not([type=hidden]), select, textarea, button");
  if (field) field.focus();
  part.scrollIntoView({ block: "nearest" });
}

function deskKey(key) {
  if (key === "j" || key === "k") return rows().length ? goTo(key === "j" ? 1 : -1) || true : false;
  const row = document.activeElement;
  if ((key === "a" || key === "c") && row && row.closest("#pile, #found") && row.classList.contains("num-link")) {
    location.href = row.href + (key === "a" ? "#answer" : "#community");
    return true;
  }
  return /^[1-9]$/.test(key) && chooseOutcome(key);
}

// Before hecha.js looks at a key: where keys are off, a dialog is open or the key is ours, it has nothing to do.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("main form[method=post]") || document.querySelector("#answer[open] form");
    const button = form && form.querySelector(event.shiftKey ? "button[name=then]" : "button[type=submit]:not([formaction])");
    if (button) { event.preventDefault(); form.requestSubmit(button); }
    return;
  }
  if (event.key === "Escape" && event.target.closest("main details, .desk-find") && inField(event.target)) event.target.blur();
  const sign = shortcutOf(event);
  if (sign.length !== 1 || inField(event.target)) return;
  if ((keysDialog && keysDialog.open) || (keysOn && !keysOn.checked)) { event.stopImmediatePropagation(); return; }
  if (deskKey(sign)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  const radio = event.target.closest("input");
  const wanted = radio && document.querySelector('[data-key="' + CSS.escape(sign) + '"]');
  if (wanted) { event.preventDefault(); if (wanted.tagName === "DETAILS") openPart(wanted.id); else wanted.click(); }
}, true);

// What has arrived is marked, and told to those who listen to the page.
function watchPile(pile) {
  const here = () => new Set([...pile.querySelectorAll("a.num-link")].map((link) => link.id));
  let known = here();
  const begun = new Set((pile.dataset.begun || "").split(" ").filter(Boolean));
  const markBegun = () => {
    for (const link of pile.querySelectorAll("a.num-link")) {
      if (!begun.has(link.textContent) || link.nextElementSibling) continue;
      const tag = document.createElement("b");
      tag.className = "tag urgent";
      tag.textContent = pile.dataset.begunWords;
      link.after(" ", tag);
    }
  };
  markBegun();
  new MutationObserver(() => {
    const now = here();
    const fresh = [...now].filter((id) => !known.has(id));
    known = now;
    for (const id of fresh) document.getElementById(id).closest("tr").classList.add("fresh");
    const told = document.getElementById("arrived");
    if (fresh.length && told) told.textContent = told.dataset.words.replace("{number}", fresh.map((id) => id.slice(2)).join(", "));
    markBegun();
  }).observe(pile, { childList: true });
}

// Each clerk's own counts come beside the rows that all share.
function watchCounts(own) {
  new MutationObserver(() => {
    const counts = own.querySelector("i");
    if (!counts) return;
    for (const shown of document.querySelectorAll("[data-pile]")) {
      shown.textContent = counts.getAttribute("data-n-" + shown.dataset.pile);
    }
    document.getElementById("piles").dataset.count = counts.getAttribute("data-n-new");
    showCount();
  }).observe(own, { childList: true });
}

const pile = document.getElementById("pile");
if (pile) { watchPile(pile); watchCounts(document.getElementById("own-counts")); }

function write(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const button of document.querySelectorAll("[data-phrase]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const words = document.getElementById(button.dataset.phrase);
    if (!words.value.split("\n").includes(button.textContent)) write(words, [words.value, button.textContent].filter(Boolean).join("\n"));
    words.focus();
  });
}

for (const button of document.querySelectorAll("[data-use-outcome]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const { useOutcome, useArchive, useWords } = button.dataset;
    openPart("answer");
    const choice = document.querySelector('#answer input[value="' + CSS.escape(useOutcome) + '"]');
    if (choice) choice.click();
    for (const [id, text] of [["answer-f-archive", useArchive], ["answer-f-words", useWords]]) {
      const field = document.getElementById(id);
      if (field && text) write(field, text);
    }
  });
}

if (location.hash.length > 1) openPart(location.hash.slice(1));

// The rows of a record that are filled in: Enter goes on, and from the last field to a new row; Ctrl+Delete takes a row out.
const ROW = "[data-record-row]";
const rowFields = (row) => [...row.querySelectorAll("input, select")];

function placedRow(row, place) {
  const old = ".%.".replace("%", row.dataset.recordRow), made = row.cloneNode(true);
  made.dataset.recordRow = place;
  for (const part of made.querySelectorAll("*")) {
    for (const name of ["id", "name", "aria-describedby"]) if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(old, "." + place + "."));
  }
  for (const fault of made.querySelectorAll(".fault")) fault.remove();
  for (const field of rowFields(made)) { field.value = ""; field.removeAttribute("aria-invalid"); field.classList.remove("is-invalid"); }
  return made;
}

function addRecordRow(table) {
  const all = [...table.querySelectorAll(ROW)], last = all[all.length - 1];
  if (all.length >= Number(table.dataset.recordRows)) return;
  const made = placedRow(last, Number(last.dataset.recordRow) + 1);
  last.after(made);
  rowFields(made)[0].focus();
}

// The only row is emptied: one stays to write in.
function takeRecordRow(row) {
  const table = row.closest("[data-record-rows]"), all = [...table.querySelectorAll(ROW)], at = all.indexOf(row);
  if (all.length === 1) for (const field of rowFields(row)) field.value = "";
  else row.remove();
  const next = table.querySelectorAll(ROW)[Math.max(at - 1, 0)];
  rowFields(next)[0].focus();
  next.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const button of document.querySelectorAll("[data-adds-row], [data-takes-row]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const adds = event.target.closest("[data-adds-row]"), takes = event.target.closest("[data-takes-row]");
  if (adds) addRecordRow(adds.parentElement.querySelector("[data-record-rows]"));
  if (takes) takeRecordRow(takes.closest(ROW));
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest(ROW);
  if (!row || event.isComposing || !event.target.matches("input, select")) return;
  if (event.key === "Delete" && event.ctrlKey) { event.preventDefault(); takeRecordRow(row); return; }
  if (event.key !== "Enter" || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const fields = [...row.closest("[data-record-rows]").querySelectorAll("input, select")], next = fields[fields.indexOf(event.target) + 1];
  if (next) next.focus();
  else addRecordRow(row.closest("[data-record-rows]"));
});
