/* Lists: / goes to the filter, the arrow keys move like j and k, Escape leaves the filter. Loaded where there is a list. */
(function () {
  "use strict";

  var filter = document.querySelector(".filters input:not([type=hidden]), .filters select");
  if (!filter) return;

  function typing(target) {
    return /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.type !== "checkbox";
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && filter.form.contains(event.target)) { event.target.blur(); return; }
    if (typing(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      event.stopImmediatePropagation();
      filter.focus();
      if (filter.select) filter.select();
      return;
    }
    var inList = event.target === document.body || event.target.closest("[data-rows]");
    var step = { ArrowDown: "j", ArrowUp: "k" }[event.key];
    if (step && inList) {
      event.preventDefault();
      event.target.dispatchEvent(new KeyboardEvent("keydown", { key: step, bubbles: true }));
    }
  }, true);
})();
