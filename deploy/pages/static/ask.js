// Asking without the mouse: Enter opens the first hit for what stands in the field now, the arrows go through the hits.
"use strict";

function openFirst(form) {
  const words = new URLSearchParams(new FormData(form));
  htmx.ajax("GET", form.action + "?" + words, { target: "#found", swap: "innerHTML" }).then(() => {
    const first = document.querySelector("#found .hit");
    if (first) first.click();
  });
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-find]");
  if (form && event.key === "Enter" && event.target.id === "q" && event.target.value.trim() && !event.isComposing && window.htmx) {
    event.preventDefault();
    openFirst(form);
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const hits = [...document.querySelectorAll("#found .hit")];
  const at = hits.indexOf(document.activeElement);
  if (at < 0 && event.target.id !== "q") return;
  const next = hits[at + (event.key === "ArrowDown" ? 1 : -1)] || (event.key === "ArrowUp" ? document.getElementById("q") : null);
  if (next) { event.preventDefault(); next.focus(); }
});

// A list without the mouse: j and k go through its rows, Enter opens the one that has the focus.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key) || event.target.closest("input, textarea, select")) return;
  const links = [...document.querySelectorAll("[data-rows] tbody td:first-child a")];
  const next = links[links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1)];
  if (next) next.focus();
});

// Choosing from a list that narrows another is enough.
document.addEventListener("change", (event) => {
  if ("go" in event.target.dataset) event.target.form.requestSubmit();
});

// The form begins where there is something to fill in.
document.addEventListener("DOMContentLoaded", () => {
  const first = document.querySelector("#faults, #question [name=again]") ? null : [...document.querySelectorAll("#question input[type=text]")].find((field) => !field.value);
  if (first) first.focus();
});
