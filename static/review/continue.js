/* A long job goes on by itself, chunk after chunk; without this file the button does it. */
(function () {
  "use strict";

  var form = document.querySelector("[data-continue]");
  if (form) setTimeout(function () { form.requestSubmit(); }, 300);
})();
