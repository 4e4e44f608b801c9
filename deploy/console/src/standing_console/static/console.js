// Marks a panel whose request failed, so that nobody takes what it shows for what is; the next answer takes the mark away.
"use strict";
document.addEventListener("htmx:error", (event) => {
  const panel = event.target.closest("[data-away]");
  if (!panel || panel.querySelector(":scope > .stale")) return;
  const mark = document.createElement("p");
  mark.className = "fault stale";
  mark.setAttribute("role", "status");
  mark.textContent = panel.dataset.away;
  panel.prepend(mark);
});
// An open menu closes when one leaves it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// What a browser finds wrong in a form is shown also where the part that holds it is closed.
document.addEventListener("invalid", (event) => {
  for (let part = event.target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
}, true);
