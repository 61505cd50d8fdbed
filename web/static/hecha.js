// What a page does beyond HTML; every page works without it.
"use strict";

const plainTitle = document.title;

// Lists carry their count: it goes into the window's title, so that a clerk sees arrivals from another window.
function showCount() {
  const counted = document.querySelector("[data-count]");
  if (counted) document.title = (counted.dataset.count === "0" ? "" : "(" + counted.dataset.count + ") ") + plainTitle;
}

// A piece that many readers share has no token of anybody: it is filled in from the page around it.
const csrf = document.querySelector('meta[name="csrf"]');
document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-csrf]")) if (csrf) field.value = csrf.content;
}, true);
document.addEventListener("htmx:configRequest", (event) => {
  if (csrf && event.detail.verb !== "get") event.detail.headers["X-CSRF-Token"] = csrf.content;
});

// A second press of the same button while the first is on its way would only be in vain.
document.addEventListener("submit", (event) => {
  if (event.submitter && "download" in event.submitter.dataset) return; // the page stays: there is nothing to wait for
  for (const button of event.target.querySelectorAll("button[type=submit]")) setTimeout(() => { button.disabled = true; }, 0);
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

// One key opens a part of the page: `data-key="a"` on a link or a folded part. Never while somebody types.
document.addEventListener("keydown", (event) => {
  const sign = shortcutOf(event);
  const wanted = sign && !event.target.closest("input, textarea, select") && document.querySelector('[data-key="' + CSS.escape(sign) + '"]');
  if (!wanted) return;
  event.preventDefault();
  if (wanted.tagName === "DETAILS") {
    wanted.open = true;
    (wanted.querySelector("select, textarea, input:not([type=hidden])") || wanted).focus();
  } else if (wanted.matches("input, select, textarea")) {
    wanted.focus();
  } else {
    wanted.click();
  }
});

// What is put right is no longer shown as wrong; whether it is right is said when it is sent.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.getAttribute("aria-invalid") !== "true") return;
  field.removeAttribute("aria-invalid");
  field.classList.remove("is-invalid");
  for (const fault of document.querySelectorAll(".fault")) if (fault.id && fault.id.endsWith("e-" + field.name)) fault.remove();
});

// A standard phrase goes into the field of words, where it can still be changed.
document.addEventListener("change", (event) => {
  const into = event.target.dataset.into && document.getElementById(event.target.dataset.into);
  if (into && event.target.value) into.value = (into.value ? into.value + "\n" : "") + event.target.value;
});

// `data-when="source=archive"`: this part of a form is only asked for with that choice, or one of several (by commas). A part with a fault stays in sight.
function showParts() {
  for (const part of document.querySelectorAll("[data-when]")) {
    const [name, value] = part.dataset.when.split("=");
    const choice = part.closest("form").elements[name];
    const wanted = choice.type === "checkbox" ? choice.checked : value.split(",").includes(choice.value);
    part.hidden = !wanted && !part.querySelector(".is-invalid");
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = part.hidden;
  }
}
document.addEventListener("change", showParts);
window.addEventListener("pageshow", showParts);

// What was said about a case on its way is taken down when the case has arrived.
function dropOldNews() {
  const news = document.querySelector("[data-settled]") && document.querySelector("[data-until-settled]");
  if (news) news.remove();
}

document.addEventListener("htmx:afterSettle", () => { showCount(); showParts(); dropOldNews(); });
// What was said about a deed is no news when the page is loaded again.
function dropReloadedNews() {
  const [how] = performance.getEntriesByType("navigation");
  if (how && how.type !== "navigate") for (const news of document.querySelectorAll("[data-news]")) news.remove();
}

function offerPrint() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

document.addEventListener("DOMContentLoaded", () => {
  dropReloadedNews();
  offerPrint();
  showCount();
  showParts();
  const wrong = document.getElementById("faults");
  if (wrong) wrong.focus();
});
