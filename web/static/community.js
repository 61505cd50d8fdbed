// Asking the community beside an open case: choosing by keys, who spoke, and statements that come in while somebody writes.
"use strict";

const STATEMENT = "#community-news [data-statement]";
let known = new Set([...document.querySelectorAll(STATEMENT)].map((said) => said.dataset.statement));

function addOption(select, value, text) {
  if (!select || [...select.options].some((option) => option.value === value)) return;
  select.add(new Option(text, value));
}

function answerWith(id) {
  const said = document.querySelector(STATEMENT + '[data-statement="' + CSS.escape(id) + '"]');
  const form = document.querySelector("#answer form");
  if (!said || !form) return;
  document.getElementById("answer").open = true;
  form.elements.source.value = "community";
  form.elements.statement.value = id;
  const outcome = form.querySelector('[name=outcome][value="' + CSS.escape(said.dataset.outcome) + '"]');
  if (outcome) outcome.checked = true;
  for (const type of ["input", "change"]) form.elements.statement.dispatchEvent(new Event(type, { bubbles: true }));
  form.querySelector("button[type=submit]").focus();
}

// What came in stands on the page now, so the forms speak of the case as it is; nothing that was typed is touched.
function takeNews() {
  const news = document.getElementById("community-news");
  if (!news) return;
  if (news.dataset.seen) for (const field of document.querySelectorAll("main input[name=seen]")) field.value = news.dataset.seen;
  const form = document.querySelector("#answer form");
  const fresh = [];
  for (const said of document.querySelectorAll(STATEMENT)) {
    const button = said.querySelector("[data-answer-with]");
    button.hidden = !form;
    if (form) {
      addOption(form.elements.source, "community", news.dataset.source);
      addOption(form.elements.statement, said.dataset.statement, said.dataset.label);
      form.elements.statement.value ||= said.dataset.statement;
    }
    if (!known.has(said.dataset.statement)) fresh.push(said);
  }
  known = new Set([...document.querySelectorAll(STATEMENT)].map((said) => said.dataset.statement));
  if (!fresh.length) return;
  for (const said of fresh) said.classList.add("fresh");
  const heard = document.getElementById("heard");
  heard.querySelector("strong").textContent = news.dataset.arrived + " " + fresh[0].dataset.label;
  heard.querySelector("button").dataset.answerWith = fresh[0].dataset.statement;
  heard.querySelector("button").hidden = !form;
  heard.hidden = false;
  for (const old of document.querySelectorAll("[data-news]")) old.remove();
  document.getElementById("said-aloud").textContent = news.dataset.arrived + " " + fresh.map((said) => said.dataset.label).join(", ");
  if (!document.title.startsWith("● ")) document.title = "● " + document.title;
}

document.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  const answer = event.target.closest("[data-answer-with]");
  if (answer) answerWith(answer.dataset.answerWith);
  if (!pick) return;
  const who = document.getElementById("state-f-contact");
  if (!who) return;
  who.value = pick.dataset.pick;
  for (const type of ["input", "change"]) who.dispatchEvent(new Event(type, { bubbles: true }));
  if (pick.tagName === "BUTTON") document.getElementById("state-f-outcome").focus();
});

// Letters, then the arrow down or Enter: the first community that fits is chosen without the mouse.
document.addEventListener("keydown", (event) => {
  const links = [...document.querySelectorAll("#places a")];
  const at = links.indexOf(document.activeElement);
  const typing = event.target.id === "consult-f-area";
  if (!links.length || (at < 0 && !typing)) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    (links[Math.min(to, links.length - 1)] || document.getElementById("consult-f-area")).focus();
  } else if (event.key === "Enter" && typing && event.target.value.trim() && links.length === 1) {
    event.preventDefault();
    links[0].click();
  }
});

function showPicks() {
  for (const button of document.querySelectorAll("button[data-pick]")) button.hidden = false;
}

document.addEventListener("htmx:afterSettle", () => { takeNews(); showPicks(); });
document.addEventListener("htmx:oobAfterSwap", takeNews);
takeNews();
showPicks();
