/* Share this page: the phone's own sheet where there is one, else the address is copied. Without either no button. */
(function () {
  "use strict";
  var canShare = Boolean(navigator.share);
  var canCopy = Boolean(navigator.clipboard && navigator.clipboard.writeText);
  if (!canShare && !canCopy) return;
  document.querySelectorAll("[data-share]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var address = window.location.href.split("#")[0];
      if (canShare) {
        navigator.share({ title: document.title, url: address }).catch(function () { /* she closed the sheet */ });
        return;
      }
      navigator.clipboard.writeText(address).then(function () {
        button.querySelector("span").textContent = button.dataset.done;
      });
    });
  });
})();
