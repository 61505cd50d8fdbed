// The wall turns by itself; space or the button stops it, the arrows turn by hand. Without this all its parts stand in a row.
"use strict";

const TURN = 12000;
const STALE = 180000; // the piece changes every minute, if only by its time
const wall = document.getElementById("main");
const button = document.getElementById("pause");
const clock = document.getElementById("clock");
const ahead = Date.parse(document.querySelector('meta[name="now"]').content) - Date.now();
let heard = Date.now();
let stopped = false;

function turn(step) {
  const slides = wall.querySelectorAll(".slide").length;
  wall.dataset.at = (Number(wall.dataset.at) + step + slides) % slides;
}

function stopOrGo() {
  stopped = !stopped;
  button.textContent = stopped ? button.dataset.go : button.dataset.stop;
}

function showClock() {
  clock.textContent = new Date(Date.now() + ahead).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });
  document.getElementById("stale").hidden = Date.now() - heard < STALE;
}

wall.classList.add("turning");
button.hidden = false;
button.addEventListener("click", stopOrGo);
document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") turn(1);
  else if (event.key === "ArrowLeft") turn(-1);
  else if (event.key === " " && !event.target.closest("button, a")) stopOrGo();
  else return;
  event.preventDefault();
});
document.addEventListener("htmx:sseMessage", () => { heard = Date.now(); });
showClock();
setInterval(showClock, 1000);
setInterval(() => { if (!stopped) turn(1); }, TURN);
