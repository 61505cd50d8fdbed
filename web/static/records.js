// The rows of a record that a clerk fills in: Enter goes on, and from the last field to a new row; Ctrl+Delete takes a row out.
"use strict";

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
