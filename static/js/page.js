/* Small comforts that pages do without: printing, and one answer sent once. */
(function () {
  "use strict";

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* The list of errors is where the reading begins after a refused form. */
  var errors = document.querySelector("[data-error-summary]");
  if (errors) errors.focus();

  /* A second tap on a slow connection must not send the form twice. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(function () { delete form.dataset.sent; }, 3000);
  });
  /* A page that waits for an answer looks every four seconds, for five minutes, and shows it when it is there. */
  var waiting = document.querySelector("[data-until-changed]");
  if (waiting) {
    var looks = 0;
    var timer = setInterval(function () {
      if (++looks > 75) { clearInterval(timer); return; }
      if (document.hidden) return;
      fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : "data-until-changed";
      }).then(function (text) {
        if (text.indexOf("data-until-changed") < 0) { clearInterval(timer); window.location.reload(); }
      }).catch(function () { /* no line just now: the next look may have one */ });
    }, 4000);
  }

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
