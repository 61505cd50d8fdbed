// The administrators' pages: all of a list at once, and a secret into the clipboard. Every page works without it.
"use strict";

for (const button of document.querySelectorAll(".needs-script")) button.hidden = false;

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const one of event.target.closest("form").querySelectorAll("input[name=" + event.target.dataset.all + "]")) one.checked = event.target.checked;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
});
