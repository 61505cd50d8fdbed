// A bundle's form: one more row as soon as the last one is used, several people pasted at once, relations proposed from numbers.
"use strict";

// Every number of a row in names, ids and what refers to them, moved on to the next.
function nextRow(row, place) {
  const old = ".%.".replace("%", row.dataset.row), made = row.cloneNode(true);
  const moved = (text) => text.replace(old, "." + place + ".");
  made.dataset.row = place;
  for (const part of made.querySelectorAll("*")) {
    for (const name of ["id", "for", "name", "aria-describedby"]) if (part.hasAttribute(name)) part.setAttribute(name, moved(part.getAttribute(name)));
  }
  for (const part of made.querySelectorAll(".echo, .part")) { part.id = part.id.replace(/\.\d+$/, "." + place); part.textContent = ""; }
  for (const field of made.querySelectorAll("input, select")) { field.value = ""; field.removeAttribute("aria-invalid"); field.classList.remove("is-invalid"); delete field.dataset.proposed; }
  for (const fault of made.querySelectorAll(".fault")) fault.remove();
  const label = made.querySelector("label");
  if (label) label.textContent = label.textContent.replace(String(Number(row.dataset.row) + 1), String(place + 1));
  return made;
}

function addRow(rows) {
  const all = [...rows.querySelectorAll("[data-row]")], last = all[all.length - 1];
  if (all.length >= Number(rows.dataset.rows) || !last.querySelector("input").value.trim()) return;
  last.after(nextRow(last, Number(last.dataset.row) + 1));
}

const isWho = (field) => field.name && field.name.endsWith(".who");

document.addEventListener("input", (event) => {
  const rows = isWho(event.target) && event.target.closest("[data-rows]");
  if (!rows) return;
  addRow(rows);
  // What was proposed for another number is no proposal for this one.
  for (const field of event.target.closest("[data-row]").querySelectorAll("select")) if (field.value && field.value === field.dataset.proposed) field.value = "";
});

// Several lines at once, as from a sheet: one line a person.
document.addEventListener("paste", (event) => {
  const rows = event.target.closest && isWho(event.target) && event.target.closest("[data-rows]");
  const lines = rows ? event.clipboardData.getData("text").split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean) : [];
  if (lines.length < 2) return;
  event.preventDefault();
  let row = event.target.closest("[data-row]");
  for (const line of lines) {
    if (!row) break;
    const field = row.querySelector("input");
    field.value = line;
    addRow(rows);
    row = row.nextElementSibling && row.nextElementSibling.matches("[data-row]") ? row.nextElementSibling : null;
  }
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

// A proposal goes only where nobody has chosen anything, and never into the list that somebody is choosing from: the arrows would go on from it.
document.addEventListener("htmx:afterSettle", () => {
  for (const one of document.querySelectorAll("#proposed [data-field]")) {
    const field = document.getElementById("f-" + one.dataset.field);
    if (field && !field.value && field !== document.activeElement) { field.value = one.dataset.value; field.dataset.proposed = one.dataset.value; }
  }
  // On a narrow page what will be asked stands below the button: it is not read yet, and is read back before it is sent.
  const read = document.querySelector("#read-print [name=read]");
  if (read && matchMedia("(max-width: 899px)").matches) read.value = "";
});
