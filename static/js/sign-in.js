/* The wait before another code may be sent, counted down. Without this the server says how long it still is. */
(function () {
  "use strict";

  document.querySelectorAll("[data-countdown]").forEach(function (sentence) {
    var ends = Date.now() + Number(sentence.dataset.countdown) * 1000;
    var number = sentence.querySelector("b");
    var timer = setInterval(function () {
      var left = Math.ceil((ends - Date.now()) / 1000);
      if (left > 0) { number.textContent = left; return; }
      clearInterval(timer);
      sentence.hidden = true;
    }, 500);
  });
})();
