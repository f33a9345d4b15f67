/* The lesson player. It shows what the server says of her time and never counts by itself: it reports which stretches
   were played, every half minute and at each pause, and says plainly when the line, another phone or the day's limit
   stands in the way. Needs study-line.js and study-media.js. */
(function () {
  "use strict";
  var root = document.querySelector("[data-study]");
  if (!root || !window.fetch) return;
  var set = root.dataset, words = JSON.parse(document.getElementById("study-words").textContent);
  var video = root.querySelector("video"), limit = Number(set.length), fastest = Number(set.fastest);
  var EVERY = Number(set.every) * 1000, HELD = 3000;
  var n = 0, ticket = null, opening = false, heardAt = 0, timer = null, skew = 0, question = null, ticking = null, isDue = false;
  var speed = 100;

  function part(name) { return root.querySelector("[data-" + name + "]"); }
  function parts(name) { return Array.prototype.slice.call(root.querySelectorAll("[data-" + name + "]")); }
  function said(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; });
  }
  function remembered(name) { try { return window.localStorage.getItem("study-" + name); } catch (error) { return null; } }
  function remember(name, value) { try { window.localStorage.setItem("study-" + name, value); } catch (error) { /* not kept */ } }

  /* The same words for a length of time as the server's. */
  function span(ms) {
    var seconds = Math.floor(ms / 1000), minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    if (hours) return said(words.hours, { hours: hours, minutes: minutes % 60 });
    if (minutes) return said(words.minutes, { minutes: minutes, seconds: seconds % 60 });
    return said(words.seconds, { seconds: seconds });
  }

  /* ---- what she reads ---- */

  function say(code, tone, text, action) {
    var notice = part("notice");
    if (code === null) { if (!notice.hidden) notice.hidden = true; notice.dataset.code = ""; return; }
    notice.dataset.code = code;
    notice.className = "notice " + tone;
    parts("tone").forEach(function (icon) { icon.hidden = icon.dataset.tone !== tone; });
    part("notice-text").textContent = text;
    var place = part("notice-action"), button;
    place.textContent = "";
    if (action) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary";
      button.textContent = action.label;
      button.addEventListener("click", action.run);
      place.appendChild(button);
    }
    notice.hidden = false;
  }
  function unsay(codes) { if (codes.indexOf(part("notice").dataset.code) >= 0) say(null); }

  function show(answer) {
    part("counted").textContent = span(answer.lesson.accepted_ms);
    part("bar").value = Math.min(answer.lesson.accepted_ms, answer.lesson.worth_ms);
    part("today").textContent = span(Math.max(0, answer.today.max_ms - answer.today.accepted_ms));
  }

  function buttons() {
    var runs = medium.isRunning();
    parts("play").forEach(function (button) {
      button.querySelector("[data-word]").textContent = runs ? words.pause : (ticket ? words.go_on : words.start);
      button.querySelector("[data-icon-play]").toggleAttribute("hidden", runs);
      button.querySelector("[data-icon-pause]").toggleAttribute("hidden", !runs);
    });
    part("state").textContent = runs ? words.running : words.resting;
  }

  /* ---- beats ---- */

  function beat() {
    clearTimeout(timer);
    timer = setTimeout(beat, EVERY);
    if (!ticket) return;
    if (line.isSending()) { isDue = true; return; }
    isDue = false;
    var over = medium.stretches.total() - (performance.now() - heardAt);
    /* A little more than the time since the last answer is held back: it would be refused only for travelling fast. */
    var kept = over > 0 && over <= HELD && speed <= 100 ? Math.ceil(over) : 0;
    var played = medium.stretches.take(kept);
    if (played.length) line.put({ n: ++n, played: played, speed: speed });
    line.flush();
    if (kept && !medium.isRunning()) { clearTimeout(timer); timer = setTimeout(beat, kept + 500); }
  }

  var line = window.StudyLine(set.beats, "study:" + set.key, {
    lost: function () { say("line", "warning", words.line_lost); },
    back: function () { unsay(["line", "offline"]); say("back", "success", words.line_back); },
    heard: function (token) {
      return post(set.heard, { token: token }).then(function (answer) {
        if (!answer.isGood) throw new Error("not heard");
        return answer.content.n;
      });
    },
    refused: function (content, isPresent) {
      if (!isPresent) return;
      medium.shut();
      ticket = null;
      buttons();
      say("refused", "error", content.message || words.broken, { label: words.again, run: start });
    },
    answer: function (answer, isPresent) {
      if (!isPresent) return;
      heardAt = performance.now();
      show(answer);
      var refused = answer.refused.filter(function (share) { return share.ms >= 1000 && share.reason !== "beyond"; });
      medium.counted(answer.lesson.accepted_ms, refused.length > 0);
      if (!answer.is_current) { elsewhere(); return; }
      refused.forEach(tellRefused);
      if (answer.question) ask(answer.question);
      if (answer.lesson.is_completed || answer.lesson.is_watched) finish(answer.lesson);
      if (isDue) beat();
    }
  });

  function tellRefused(share) {
    var text = said(words.refused, { time: span(share.ms), reason: share.words, advice: share.advice });
    if (share.reason === "expired") { ticket = null; medium.shut(); buttons(); say("expired", "warning", text, { label: words.again, run: start }); return; }
    if (share.reason === "day_cap" || share.reason === "not_studying" || share.reason === "out_of_order") medium.rest();
    if (share.reason === "presence" && question) return;
    say(share.reason, share.reason === "repeated" || share.reason === "lesson_cap" ? "info" : "warning", text);
  }

  function elsewhere() {
    ticket = null;
    medium.shut();
    medium.stretches.drop();
    buttons();
    say("elsewhere", "warning", words.elsewhere, { label: words.here, run: start });
  }

  function finish(lesson) {
    part("finished-text").textContent = lesson.is_completed ? words.completed : words.watched;
    parts("after").forEach(function (link) { link.hidden = link.dataset.after !== (lesson.is_completed ? "completed" : "watched"); });
    part("finished").hidden = false;
  }

  /* ---- opening ---- */

  function post(url, values) {
    return fetch(url, {
      method: "POST", credentials: "same-origin", body: new URLSearchParams(values),
      headers: { "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value, "Accept": "application/json" }
    }).then(function (answer) {
      if (answer.redirected) { window.location.reload(); throw new Error("signed out"); }
      return answer.json().then(function (content) { return { isGood: answer.ok, content: content }; });
    });
  }

  /* What an earlier visit could not send goes first: once this viewing has begun, the earlier one no longer counts. */
  function start() {
    if (opening) return;
    opening = true;
    part("state").textContent = words.opening;
    line.settle(function (isThrough) {
      if (!isThrough) { opening = false; buttons(); say("offline", "warning", words.offline, { label: words.retry, run: start }); return; }
      post(set.open, {}).then(opened).catch(function () {
        opening = false;
        buttons();
        say("offline", "warning", words.offline, { label: words.retry, run: start });
      });
    });
  }

  function opened(answer) {
    opening = false;
    if (!answer.isGood) { buttons(); say("refused", "error", answer.content.message || words.broken); return; }
    var content = answer.content;
    ticket = content.token;
    n = 0;
    heardAt = performance.now();
    line.begin(ticket);
    medium.stretches.drop();
    skew = content.now_ms - Date.now();
    medium.open(content.resume_ms, content.lesson.accepted_ms);
    unsay(["elsewhere", "offline", "expired", "refused", "line", "back"]);
    show(content);
    if (content.question) { ask(content.question); return; }
    if (content.today.accepted_ms >= content.today.max_ms) say("day_cap", "info", words.day_full);
    medium.run();
    beat();
  }

  /* ---- “are you still studying?” ---- */

  function ask(next) {
    if (question && question.id === next.id) return;
    var isNew = !question;
    question = next;
    medium.rest();
    part("ask-text").textContent = next.text;
    var box = part("ask-options");
    box.textContent = "";
    next.options.forEach(function (option) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary";
      button.textContent = option.text;
      button.addEventListener("click", function () { reply(option.value); });
      box.appendChild(button);
    });
    var panel = part("ask");
    panel.hidden = false;
    if (isNew) {
      part("ask-wrong").hidden = true;
      panel.scrollIntoView({ block: "center" });
      panel.focus();
      if (navigator.vibrate) navigator.vibrate(300);
    }
    left();
  }

  function left() {
    clearTimeout(ticking);
    if (!question) return;
    var ms = question.due_at_ms - skew - Date.now();  /* her phone's clock may be wrong */
    part("ask-left").textContent = ms <= 0 ? words.time_up : ms < 60000 ? words.last_minute : said(words.minutes_left, { minutes: Math.max(1, Math.round(ms / 60000)) });
    ticking = setTimeout(left, 5000);
  }

  function reply(code) {
    post(set.presence.replace("/0/", "/" + question.id + "/"), { choice: code }).then(function (answer) {
      if (!answer.isGood) { say("refused", "error", answer.content.message || words.broken); return; }
      if (answer.content.question) {
        part("ask-wrong").hidden = answer.content.is_right;
        ask(answer.content.question);
        return;
      }
      question = null;
      part("ask").hidden = true;
      say("present", "success", answer.content.is_late ? words.answered_late : words.answered);
      if (answer.content.is_late) heardAt = performance.now();
      medium.run();
      beat();
      part("play").focus();
    }).catch(function () { say("offline", "warning", words.offline_answer); });
  }

  /* ---- the medium ---- */

  var told = {
    wants: function () { if (question) part("ask").scrollIntoView({ block: "center" }); else start(); },
    began: function () { if (question) { medium.rest(); part("ask").scrollIntoView({ block: "center" }); } unsay(["back", "present", "skipped"]); buttons(); },
    rests: function () { buttons(); if (ticket) beat(); },
    ended: function () { buttons(); if (ticket) beat(); },
    rate: function (rate) {
      var percent = Math.round(rate * 100);
      if (percent > fastest) { video.playbackRate = fastest / 100; return; }
      if (percent === speed) return;
      beat();
      speed = percent;
      showSpeed();
    },
    sought: function () { say("skipped", "info", words.skipped); }
  };
  var medium = video ? window.StudyVideo(video, limit, told) : window.StudyArticle(limit, told);

  function toggle() {
    if (!ticket) { start(); return; }
    if (question) { part("ask").scrollIntoView({ block: "center" }); return; }
    if (medium.isRunning()) { medium.rest(); beat(); buttons(); } else { medium.run(); buttons(); }
  }

  parts("play").forEach(function (button) { button.addEventListener("click", toggle); });
  parts("back").forEach(function (button) { button.addEventListener("click", function () { medium.back(10); }); });

  /* ---- speed, subtitles, full screen, keys ---- */

  function showSpeed() {
    parts("speed").forEach(function (button) { button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed)); });
  }
  if (video) {
    parts("speed").forEach(function (button) {
      button.addEventListener("click", function () {
        video.defaultPlaybackRate = video.playbackRate = Number(button.dataset.speed) / 100;
        remember("speed", button.dataset.speed);
      });
    });
    var chosen = Number(remembered("speed"));
    if (chosen && chosen <= fastest && part("speed='" + chosen + "'")) video.defaultPlaybackRate = video.playbackRate = chosen / 100;
    var captions = part("captions");
    if (captions && video.textTracks.length) {
      var turn = function (on) {
        video.textTracks[0].mode = on ? "showing" : "hidden";
        captions.setAttribute("aria-pressed", String(on));
      };
      turn(remembered("captions") !== "off");
      captions.addEventListener("click", function () {
        var on = captions.getAttribute("aria-pressed") !== "true";
        turn(on);
        remember("captions", on ? "on" : "off");
      });
    }
    var full = part("full");
    if (full) full.addEventListener("click", function () {
      if (video.requestFullscreen) video.requestFullscreen(); else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
    });
    video.addEventListener("error", function () { say("video", "error", words.video_failed); });
    document.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("a,button,input,select,textarea,summary,video")) return;
      var keys = {
        " ": toggle, k: toggle,
        ArrowLeft: function () { medium.back(10); }, ArrowRight: function () { medium.back(-10); },
        c: function () { if (captions) captions.click(); }, f: function () { if (full) full.click(); }
      };
      var act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  document.addEventListener("visibilitychange", function () { if (document.hidden && ticket) beat(); });
  window.addEventListener("pagehide", function () {
    if (!ticket) return;
    var played = medium.stretches.take(0);
    if (played.length) line.put({ n: ++n, played: played, speed: speed });
    line.leave();
  });

  root.classList.add("is-ready");
  parts("needs-script").forEach(function (element) { element.hidden = false; });
  showSpeed();
  buttons();
  /* An article begins as soon as it is opened; a video when she presses the button. */
  if (!video && !document.hidden && set.reads === "yes") start();
})();
