// Classifying without the mouse: 1 to 5 choose a class, a ready sentence fills both languages. Without this every page works by its forms.
"use strict";

// A ready sentence goes into both fields, where it can still be changed.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-sentences]")) return;
  const chosen = event.target.selectedOptions[0];
  const form = event.target.form;
  for (const language of ["zh", "en"]) if (chosen.dataset[language]) form.elements["clause_" + language].value = chosen.dataset[language];
});

// Whoever has chosen a class by its key goes on with what that class needs, or straight to before and after.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.name !== "certificate_class") return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// The class that is chosen has the focus; a digit or n still does what it says there.
document.addEventListener("change", (event) => { if (event.target.name === "certificate_class") event.target.focus(); });
document.addEventListener("keydown", (event) => {
  const sign = event.target.matches("input[type=radio]") && shortcutOf(event);
  const wanted = sign && sign.length === 1 && document.querySelector('[data-key="' + CSS.escape(sign) + '"]');
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});
