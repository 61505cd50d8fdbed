// Looks for new texts every three seconds, but never while somebody is typing or has something written.
const busy = () => [...document.querySelectorAll("input:not([type=hidden])")].some(
  (input) => input === document.activeElement || (input.name === "text" && input.value !== ""));
const open = () => document.querySelector("details")?.open;

setInterval(async () => {
  if (busy() || open() || document.hidden) return;
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok || busy()) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
  const shown = document.querySelector("main");
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
}, 3000);
