/* Keys for people who work through hundreds of rows: / search, j k next and previous row, Enter opens, x selects, ? shows the keys. */
(function () {
  "use strict";

  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-rows] tbody tr")); }

  function move(step) {
    var all = rows();
    if (!all.length) return;
    var now = all.findIndex(function (row) { return row.classList.contains("is-current"); });
    var next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
    all.forEach(function (row) { row.classList.remove("is-current"); });
    all[next].classList.add("is-current");
    var link = all[next].querySelector("a[href]");
    if (link) link.focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox") return;
    var keys = document.querySelector("[data-keys]");
    var box = document.querySelector("[data-rows] tr.is-current input[type=checkbox]");
    var search = document.querySelector("[data-search]");
    if (event.key === "/" && search) { search.focus(); search.select(); }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x" && box) box.click();
    else if (event.key === "?" && keys) keys.open = !keys.open;
    else return;
    event.preventDefault();
  });

  /* One open menu at a time; Escape closes it and gives the focus back. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll(".staff-top details[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* What htmx sends carries the token that every form of the page carries. */
  document.body.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
})();
