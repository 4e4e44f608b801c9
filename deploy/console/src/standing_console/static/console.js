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
// Live panels load again with each beat of the console's stream; while it is cut, every few seconds. A page that nobody sees has no
// stream: a browser has few connections to one address, and the services are not read for nobody.
const live = document.querySelector("[data-live]");
if (live) {
  let stream = null;
  const move = () => document.body.dispatchEvent(new Event("beat"));
  const open = () => {
    stream = new EventSource(live.dataset.live);
    stream.addEventListener("beat", move);
  };
  const seen = () => {
    stream?.close();
    stream = null;
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", () => {
    seen();
    if (stream) move();
  });
  setInterval(() => {
    if (!stream || stream.readyState === EventSource.OPEN) return;
    if (stream.readyState === EventSource.CLOSED) open();
    move();
  }, 1000 * live.dataset.everyS);
  seen();
}
