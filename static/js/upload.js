/* A long upload shows how far it is. Without this script the form is sent as any other. */
(function () {
  "use strict";

  var form = document.querySelector("[data-upload]");
  if (!form || !window.FormData || !window.DOMParser) return;

  function parts() {
    return {
      bar: form.querySelector("[data-upload-progress]"),
      trouble: form.querySelector("[data-upload-trouble]"),
      button: form.querySelector("button[type=submit]"),
      file: form.querySelector("input[type=file]")
    };
  }

  function say(text) {
    var here = parts();
    here.trouble.textContent = text;
    here.trouble.hidden = !text;
    if (text) { here.bar.hidden = true; here.button.disabled = false; }
  }

  function show(done, total) {
    var bar = parts().bar;
    var percent = total ? Math.floor(done * 100 / total) : 0;
    bar.querySelector("progress").value = percent;
    bar.querySelector("strong").textContent = percent + "%";
    if (percent === 100) bar.querySelector("span").textContent = form.dataset.checking;
  }

  /* The page that came back refuses the file: put its form in the place of ours, with what was typed. */
  function answered(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    var theirs = page.getElementById("main");
    if (!theirs) { say(form.dataset.lineLost); return; }
    document.getElementById("main").replaceWith(theirs);
    form = document.querySelector("[data-upload]");
    if (form) form.addEventListener("submit", send);
    var errors = document.querySelector("[data-error-summary]");
    if (errors) errors.focus();
  }

  function send(event) {
    var here = parts();
    var file = here.file.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    if (file.size > Number(form.dataset.most)) { say(form.dataset.tooLarge); return; }
    say("");
    here.bar.hidden = false;
    here.button.disabled = true;
    var line = new XMLHttpRequest();
    line.upload.addEventListener("progress", function (step) { show(step.loaded, step.total); });
    line.addEventListener("load", function () {
      if (line.status === 200 && line.responseURL !== window.location.href) window.location.assign(line.responseURL);
      else answered(line.responseText);
    });
    line.addEventListener("error", function () { say(form.dataset.lineLost); });
    line.open("POST", window.location.href);
    line.send(new FormData(form));
  }

  form.addEventListener("submit", send);
})();
