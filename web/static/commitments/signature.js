// Signing on the screen with a finger, a pen or the mouse. Without this file the page is signed on paper.
"use strict";

const pad = document.querySelector("#signing canvas");
const form = document.getElementById("signing");
const strokes = []; // each a list of points, as shares of the pad's width and height: a turned telephone keeps what is drawn
let current = null;

function pen() {
  const context = pad.getContext("2d");
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = Math.max(2.5, pad.width / 260);
  context.strokeStyle = context.fillStyle = "#101828";
  return context;
}

function draw() {
  const box = pad.getBoundingClientRect(), dense = Math.min(3, window.devicePixelRatio || 1);
  pad.width = Math.round(box.width * dense);
  pad.height = Math.round(box.height * dense);
  const context = pen();
  context.save();
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, pad.width, pad.height);
  context.restore();
  for (const stroke of strokes) drawStroke(context, stroke);
}

function drawStroke(context, stroke) {
  context.beginPath();
  const [first, ...rest] = stroke.map(([x, y]) => [x * pad.width, y * pad.height]);
  context.moveTo(...first);
  if (!rest.length) context.lineTo(first[0] + 0.1, first[1]);
  // Through the middle between two points: a quick hand leaves few of them, and no corners.
  rest.forEach((point, n) => {
    const next = rest[n + 1] || point;
    context.quadraticCurveTo(point[0], point[1], (point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
  });
  context.stroke();
}

function at(event) {
  const box = pad.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

function empty(shown) {
  const words = document.getElementById("pad-empty");
  words.hidden = !shown;
  words.textContent = shown ? form.dataset.empty : "";
}

pad.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary) return;
  event.preventDefault();
  pad.setPointerCapture(event.pointerId);
  current = [at(event)];
  strokes.push(current);
  pad.parentElement.classList.add("used");
  empty(false);
  drawStroke(pen(), current);
});

pad.addEventListener("pointermove", (event) => {
  if (!current || !event.isPrimary) return;
  event.preventDefault();
  const seen = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const one of seen.length ? seen : [event]) current.push(at(one));
  drawStroke(pen(), current.slice(-4));
});

for (const over of ["pointerup", "pointercancel"]) {
  pad.addEventListener(over, () => {
    if (current) draw();
    current = null;
  });
}

document.getElementById("pad-clear").addEventListener("click", () => {
  strokes.length = 0;
  pad.parentElement.classList.remove("used");
  draw();
});

// How long the line is, as a share of the pad: a dot is no signature.
function length() {
  let sum = 0;
  for (const stroke of strokes) {
    for (let n = 1; n < stroke.length; n += 1) sum += Math.hypot(stroke[n][0] - stroke[n - 1][0], stroke[n][1] - stroke[n - 1][1]);
  }
  return sum;
}

form.addEventListener("submit", (event) => {
  if (length() < 0.15) {
    event.preventDefault();
    event.stopPropagation(); // nothing is on its way: the button stays as it is
    empty(true);
    pad.scrollIntoView({ block: "center" });
    return;
  }
  draw();
  form.elements.signature.value = pad.toDataURL("image/png");
});

window.addEventListener("resize", draw);
draw();
