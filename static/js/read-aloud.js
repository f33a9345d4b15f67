/* Reads the regions marked data-read-aloud (or the main part) in Mandarin, one paragraph after another.
   A paragraph is spoken on its own, because pausing inside one is not dependable on Android: pausing stops, and going on
   begins the same paragraph again. The buttons stay hidden where the browser cannot speak. */
(function () {
  "use strict";
  var speech = window.speechSynthesis;
  var bar = document.querySelector("[data-read-aloud-bar]");
  if (!bar || !speech || !window.SpeechSynthesisUtterance) return;

  var BLOCKS = "h1,h2,h3,h4,p,li,dt,dd,summary,legend,label,caption,th,td,figcaption,blockquote";
  var SKIP = "[data-read-aloud-skip],[aria-hidden=true],nav,pre,script,.visually-hidden";
  var play = bar.querySelector("[data-read-aloud-play]");
  var stop = bar.querySelector("[data-read-aloud-stop]");
  var word = play.querySelector("[data-word]");
  var words = { idle: word.textContent, playing: play.dataset.pause, paused: play.dataset.resume };
  var queue = [], at = 0, state = "idle", turn = 0;

  function blocks() {
    var regions = document.querySelectorAll("[data-read-aloud]");
    if (!regions.length) regions = document.querySelectorAll("main");
    var found = [];
    regions.forEach(function (region) {
      region.querySelectorAll(BLOCKS).forEach(function (element) {
        var inner = element.querySelector(BLOCKS);
        if (!inner && !element.closest(SKIP) && element.getClientRects().length && element.innerText.trim()) found.push(element);
      });
    });
    return found;
  }

  function mark(element) {
    document.querySelectorAll(".is-read").forEach(function (one) { one.classList.remove("is-read"); });
    if (!element) return;
    element.classList.add("is-read");
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  function show(next) {
    state = next;
    word.textContent = words[next];
    stop.hidden = next === "idle";
    bar.closest(".display-bar").classList.toggle("is-reading", next !== "idle");
    if (next === "idle") { queue = []; at = 0; mark(null); }
  }

  function speak() {
    if (at >= queue.length) { show("idle"); return; }
    var mine = ++turn;
    var utterance = new SpeechSynthesisUtterance(queue[at].innerText.trim());
    /* Guides are Chinese also where the frame is English. */
    utterance.lang = /[\u4e00-\u9fff]/.test(utterance.text) ? "zh-CN" : document.documentElement.lang;
    utterance.rate = 0.9;
    utterance.onend = function () { if (mine === turn && state === "playing") { at += 1; speak(); } };
    utterance.onerror = function () { if (mine === turn && state === "playing") show("idle"); };
    mark(queue[at]);
    speech.speak(utterance);
  }

  play.addEventListener("click", function () {
    if (state === "playing") { turn += 1; show("paused"); speech.cancel(); return; }
    if (state === "idle") { queue = blocks(); at = 0; }
    if (!queue.length) return;
    speech.cancel();
    show("playing");
    speak();
  });
  stop.addEventListener("click", function () { turn += 1; speech.cancel(); show("idle"); play.focus(); });
  window.addEventListener("pagehide", function () { speech.cancel(); });
  play.hidden = false;
})();
