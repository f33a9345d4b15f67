/* The line to the server while a lesson is studied. Beats are kept on the phone until the server has answered for them:
   a batch that went unanswered is sent again exactly as it was, and the server knows it again and counts it once. */
(function () {
  "use strict";
  var MOST_FRESH = 60, OLDEST = 11 * 3600 * 1000, PATIENCE = 15000, WAITS = [3, 5, 10, 20, 30];

  function read(key) {
    try {
      var kept = JSON.parse(window.localStorage.getItem(key) || "[]");
      return kept.filter(function (box) { return Date.now() - box.since < OLDEST && (box.out || box.fresh.length); });
    } catch (error) { return []; }
  }

  /* One line for one lesson. ``told``: {answer, lost, back, refused}, called as things happen, and ``heard(token)``,
     which promises the number of the last beat the server has, null when another viewing has begun. */
  window.StudyLine = function (url, key, told) {
    var boxes = read(key), sending = false, isLost = false, tries = 0, timer = null, idle = [];

    function save() {
      var full = boxes.filter(function (box) { return box.out || box.fresh.length; });
      try {
        if (full.length) window.localStorage.setItem(key, JSON.stringify(full));
        else window.localStorage.removeItem(key);
      } catch (error) { /* no room, or private browsing: then the page's memory has to do */ }
    }

    function present() { return boxes[boxes.length - 1]; }

    function rest() {
      var waiting = idle;
      idle = [];
      waiting.forEach(function (tell) { tell(!isLost); });
    }

    function lost() {
      sending = false;
      if (!isLost) { isLost = true; told.lost(); }
      clearTimeout(timer);
      timer = setTimeout(flush, WAITS[Math.min(tries++, WAITS.length - 1)] * 1000);
      rest();
    }

    function heard(box, status, content) {
      sending = false;
      if (status >= 500 || status === 429 || content.again) { lost(); return; }
      if (isLost) { isLost = false; told.back(); }
      tries = 0;
      box.out = null;
      save();
      if (status < 300) told.answer(content, box === present() && !box.isOver);
      else told.refused(content, box === present());
      flush();
    }

    /* What was not answered and what came since go in one request: they share the time that has passed. First the
       server says how far it has heard, so that nothing is told twice. */
    function merge(box) {
      sending = true;
      told.heard(box.token).then(function (n) {
        box.fresh = JSON.parse(box.out).beats.concat(box.fresh).filter(function (beat) { return n === null || beat.n > n; });
        box.out = null;
        sending = false;
        save();
        flush();
      }).catch(lost);
    }

    function flush() {
      clearTimeout(timer);
      if (sending) return;
      while (boxes.length > 1 && !boxes[0].out && !boxes[0].fresh.length) boxes.shift();
      var box = boxes[0];
      if (box && box.out && box.fresh.length) { merge(box); return; }
      if (box && !box.out && box.fresh.length) {
        box.out = JSON.stringify({ token: box.token, beats: box.fresh });
        box.fresh = [];
        save();
      }
      if (!box || !box.out) { rest(); return; }
      sending = true;
      var abort = window.AbortController ? new AbortController() : null;
      var impatience = setTimeout(function () { if (abort) abort.abort(); }, PATIENCE);
      fetch(url, {
        method: "POST", body: box.out, credentials: "same-origin", keepalive: box.out.length < 30000,
        headers: { "Content-Type": "application/json" }, signal: abort ? abort.signal : undefined
      }).then(function (answer) {
        return answer.text().then(function (text) {
          var content = {};
          try { content = JSON.parse(text); } catch (error) { /* not ours: a proxy's page */ }
          clearTimeout(impatience);
          heard(box, answer.status, content);
        });
      }).catch(function () { clearTimeout(impatience); lost(); });
    }

    window.addEventListener("online", function () {
      flush();
      if (!sending && isLost) { isLost = false; told.back(); }
    });
    window.addEventListener("offline", function () { if (!isLost) { isLost = true; told.lost(); } });

    return {
      isSending: function () { return sending; },
      /* What an earlier visit could not send goes first; ``then(isThrough)``. */
      settle: function (then) { idle.push(then); flush(); },
      begin: function (token) {
        boxes = boxes.filter(function (box) { return box.out || box.fresh.length; });
        boxes.push({ token: token, since: Date.now(), out: null, fresh: [] });
      },
      put: function (beat) {
        var box = present(), last = box.fresh[box.fresh.length - 1];
        if (last && box.fresh.length >= MOST_FRESH && last.speed === beat.speed && last.played.length < 20) {
          last.played = last.played.concat(beat.played);
          last.n = beat.n;
        } else box.fresh.push(beat);
        save();
      },
      flush: flush,
      /* The page goes: the browser delivers what it can, the rest waits on the phone. */
      leave: function () {
        var box = boxes[0];
        if (sending || boxes.length > 1 || !box || !navigator.sendBeacon || navigator.onLine === false) { save(); return; }
        if (!box.out && box.fresh.length) { box.out = JSON.stringify({ token: box.token, beats: box.fresh }); box.fresh = []; }
        if (box.out && !isLost && navigator.sendBeacon(url, new Blob([box.out], { type: "application/json" }))) box.out = null;
        save();
      }
    };
  };
})();
