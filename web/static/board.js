// Lists without the mouse: j and k go from case to case, Enter opens, x marks, u goes to the reason.
"use strict";

function rowsHere() {
  return [...document.querySelectorAll("[data-rows] tbody tr")];
}

function goTo(step) {
  const rows = rowsHere();
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  (row.querySelector("a") || row).focus();
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  for (const row of rowsHere()) row.classList.toggle("here", row.contains(event.target));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, input:not([type=checkbox])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest("[data-rows] tbody tr");
  const box = row && row.querySelector("input[type=checkbox]");
  const reason = document.querySelector(".urge-many input[name=note]");
  if (event.key === "j") goTo(1);
  else if (event.key === "k") goTo(-1);
  else if (event.key === "x" && box) box.checked = !box.checked;
  else if (event.key === "u" && reason) reason.focus();
  else return;
  event.preventDefault();
});
