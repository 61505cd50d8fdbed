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
  if (typing) return;
  const sign = shortcutOf(event);
  const row = event.target.closest("[data-rows] tbody tr");
  const box = row && row.querySelector("input[type=checkbox]");
  const reason = document.querySelector(".urge-many input[name=note]");
  if (sign === "j") goTo(1);
  else if (sign === "k") goTo(-1);
  else if (sign === "x" && box) box.checked = !box.checked;
  else if (sign === "u" && reason) reason.focus();
  else return;
  event.preventDefault();
});
