// Light or dark before the first paint: the person's choice, else what the computer says.
"use strict";

(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", show);
  show();
})();
