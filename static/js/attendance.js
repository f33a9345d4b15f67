/* The rolling code and the list beside it: asked for again before they are old. Without a line the old code is dimmed. */
(function () {
  "use strict";

  document.querySelectorAll("[data-renew]").forEach(function (box) {
    var warning = document.querySelector("[data-renew-warning]");
    var failed = 0;

    function wait() {
      var left = parseInt((box.querySelector("[data-seconds-left]") || { dataset: {} }).dataset.secondsLeft, 10);
      var pause = parseInt(box.dataset.every, 10) * 1000;
      if (left) pause = Math.min(pause, left * 1000 + 150);
      setTimeout(renew, pause);
    }

    function show(isOld) {
      box.classList.toggle("code-stale", isOld);
      if (warning) warning.hidden = !isOld;
    }

    function renew() {
      if (document.hidden) { setTimeout(renew, 1000); return; }
      fetch(box.dataset.renew, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("no code");
        return answer.text();
      }).then(function (text) {
        if (!box.contains(document.activeElement)) box.innerHTML = text;
        failed = 0;
        show(false);
        wait();
      }).catch(function () {
        failed += 1;
        if (failed > 2) show(true);
        setTimeout(renew, 2000);
      });
    }

    wait();
  });
})();
