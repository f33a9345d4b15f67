/* Keys for whoever decides hundreds of claims a day. Without this file the same buttons and links do it all.
   a focuses the button that passes, and Enter confirms; r, x and h open a form; c the finding in focus; n the next. */
(function () {
  "use strict";

  var pass = document.querySelector("[data-key=a]");
  var ask = document.querySelector("[data-ask]");

  function typing(target) { return /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName); }

  function step(by) {
    var all = Array.prototype.slice.call(document.querySelectorAll("[data-step]"));
    var now = all.indexOf(document.activeElement.closest("[data-step]"));
    var next = all[Math.min(all.length - 1, Math.max(0, now + by))];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  function panel(key) {
    var found = document.querySelector("[data-panel=" + key + "]");
    if (!found) return false;
    found.open = true;
    var first = found.querySelector("input:not([type=hidden]), textarea");
    if (first) first.focus();
    return true;
  }

  function clear() {
    var here = document.activeElement.closest("[data-step]") || document;
    var link = here.querySelector("[data-clear]") || document.querySelector("[data-clear]");
    if (link) link.focus();
    return Boolean(link);
  }

  function act(key) {
    if (key === "a" && pass && !pass.disabled) { pass.focus(); if (ask) ask.hidden = false; return true; }
    if (key === "r" || key === "x" || key === "h") return panel(key);
    if (key === "c") return clear();
    if (key === "j") { step(1); return true; }
    if (key === "k") { step(-1); return true; }
    if (key === "?") {
      var keys = document.querySelector("[data-case-keys]");
      keys.open = !keys.open;
      return true;
    }
    if (key === "n") {
      var next = document.querySelector("[data-next]");
      if (next) window.location.href = next.href;
      return Boolean(next);
    }
    return false;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (ask) ask.hidden = true;
      if (document.activeElement.closest(".case-side")) document.activeElement.blur();
      return;
    }
    if (typing(event.target)) return;
    if (act(event.key)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  if (pass && ask) pass.addEventListener("blur", function () { ask.hidden = true; });
})();
