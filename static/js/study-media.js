/* What is studied: a video that plays, or an article that lies open. Both say which stretches have passed, in
   milliseconds of the lesson, and in nothing else do they differ for the player. */
(function () {
  "use strict";
  var JUMP = 2500, LEAST = 200;

  /* Stretches that passed since they were last taken. */
  function Stretches(limit) {
    var pieces = [], from = null, last = 0;
    function close() {
      if (from !== null && last - from >= LEAST) {
        var before = pieces[pieces.length - 1];
        if (before && before[1] === from) before[1] = last;
        else pieces.push([from, last]);
      }
      from = null;
    }
    function whole(at) { return Math.max(0, Math.min(Math.round(at), limit)); }
    return {
      open: function (at) { if (from === null) from = last = whole(at); },
      move: function (at) {
        at = whole(at);
        if (from === null) return;
        if (at < last || at - last > JUMP) { close(); from = at; }
        last = at;
      },
      close: close,
      isOpen: function () { return from !== null; },
      /* Everything so far but the last ``kept`` milliseconds, which stay for the next time. */
      take: function (kept) {
        var wasOpen = from !== null, at = last, taken, end;
        close();
        taken = pieces;
        pieces = [];
        while (kept > 0 && taken.length) {
          end = taken[taken.length - 1];
          if (end[1] - end[0] <= kept) { kept -= end[1] - end[0]; pieces.unshift(taken.pop()); continue; }
          pieces.unshift([end[1] - kept, end[1]]);
          taken[taken.length - 1] = [end[0], end[1] - kept];
          kept = 0;
        }
        if (wasOpen) from = last = at;
        return taken;
      },
      total: function () {
        return pieces.reduce(function (sum, piece) { return sum + piece[1] - piece[0]; }, 0) + (from === null ? 0 : last - from);
      },
      drop: function () { pieces = []; from = null; }
    };
  }

  /* ``told``: {wants, began, rests, ended, rate, sought}. */
  window.StudyVideo = function (video, limit, told) {
    var stretches = Stretches(limit), isOpen = false, farthest = 0;
    function at() { return video.currentTime * 1000; }
    video.addEventListener("play", function () {
      if (!isOpen) { video.pause(); told.wants(); return; }
      told.began();
    });
    video.addEventListener("playing", function () { if (isOpen) stretches.open(at()); });
    video.addEventListener("timeupdate", function () {
      if (video.seeking || video.paused) return;
      if (isOpen) stretches.open(at());
      stretches.move(at());
      farthest = Math.max(farthest, at());
    });
    video.addEventListener("seeking", function () { stretches.close(); });
    video.addEventListener("seeked", function () {
      if (isOpen && at() > farthest + 5000) told.sought();
      farthest = Math.max(farthest, at());
      if (isOpen && !video.paused) stretches.open(at());
    });
    video.addEventListener("pause", function () {
      if (!video.seeking) stretches.move(at());
      stretches.close();
      if (isOpen) told.rests();
    });
    video.addEventListener("ended", function () { stretches.move(limit); stretches.close(); told.ended(); });
    video.addEventListener("ratechange", function () { told.rate(video.playbackRate); });
    return {
      stretches: stretches,
      isRunning: function () { return !video.paused && !video.ended; },
      open: function (resume) {
        isOpen = true;
        farthest = Math.max(farthest, resume);
        function place() { if (video.currentTime < 1 && resume > 0) video.currentTime = resume / 1000; }
        if (video.readyState > 0) place(); else video.addEventListener("loadedmetadata", place, { once: true });
      },
      shut: function () { isOpen = false; video.pause(); },
      run: function () {
        var started = video.play();
        if (started && started.catch) started.catch(function (error) { if (error.name === "NotAllowedError") told.rests(); });
      },
      rest: function () {
        video.pause();
        if (document.fullscreenElement && document.exitFullscreen) document.exitFullscreen();
        else if (video.webkitDisplayingFullscreen) video.webkitExitFullscreen();
      },
      back: function (seconds) { video.currentTime = Math.max(0, video.currentTime - seconds); },
      rate: function () { return video.playbackRate; },
      counted: function () {}
    };
  };

  /* Reading: time passes while the page is in sight. A stretch that was refused is read once more, from where it was. */
  window.StudyArticle = function (limit, told) {
    var stretches = Stretches(limit), isOpen = false, isPaused = false, place = 0, before = 0;
    function isRunning() { return isOpen && !isPaused && !document.hidden && place < limit; }
    setInterval(function () {
      var now = performance.now(), passed = Math.min(now - before, 2000);
      before = now;
      if (!isRunning()) { stretches.close(); return; }
      stretches.open(place);
      place = Math.min(limit, place + passed);
      stretches.move(place);
      if (place >= limit) { stretches.close(); told.ended(); }
    }, 1000);
    return {
      stretches: stretches,
      isRunning: isRunning,
      open: function (resume, accepted) { isOpen = true; isPaused = false; place = accepted; before = performance.now(); },
      shut: function () { isOpen = false; stretches.close(); },
      run: function () { isPaused = false; before = performance.now(); told.began(); },
      rest: function () { isPaused = true; stretches.close(); },
      back: function () {},
      rate: function () { return 1; },
      /* The server's word on how much is counted: go on from there when something was not. */
      counted: function (accepted, wasRefused) {
        if (!wasRefused) return;
        stretches.drop();
        place = Math.min(limit, accepted);
      }
    };
  };
})();
