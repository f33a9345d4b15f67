/* Rating on a bad line. What was given is kept on the phone until the server has answered for it, and sent again as it
   was: the key in it makes twice once. Without this the form is an ordinary one. */
(function () {
  "use strict";
  var BOX = "qiaoshou-ratings", WAITS = [3, 5, 10, 20, 30], PATIENCE = 15000;
  var form = document.querySelector("[data-rating]");
  var words = form ? form.dataset : null;
  var sending = false, tries = 0, timer = null;

  function read(key, otherwise) {
    try { return JSON.parse(window.localStorage.getItem(key)) || otherwise; } catch (error) { return otherwise; }
  }
  function write(key, value) {
    try {
      if (value && (!Array.isArray(value) || value.length)) window.localStorage.setItem(key, JSON.stringify(value));
      else window.localStorage.removeItem(key);
      return true;
    } catch (error) { return false; }
  }

  var kept = read(BOX + "-words", null);
  if (words) {
    kept = { kept: words.wordsKept, sent: words.wordsSent, refused: words.wordsRefused };
    write(BOX + "-words", kept);
  }
  function say(text, url) {
    var note = document.querySelector("[data-outbox-note]"), place = document.querySelector("[data-outbox-text]");
    if (!note || !text) return;
    place.textContent = text;
    if (url) {
      var link = document.createElement("a");
      link.href = url;
      link.textContent = url;
      place.appendChild(link);
    }
    note.hidden = false;
  }
  function token() {
    var field = document.querySelector("[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  function later() {
    sending = false;
    say(kept && kept.kept);
    clearTimeout(timer);
    timer = setTimeout(flush, WAITS[Math.min(tries++, WAITS.length - 1)] * 1000);
  }

  function flush() {
    clearTimeout(timer);
    var waiting = read(BOX, []);
    if (sending || !waiting.length) return;
    sending = true;
    var one = waiting[0];
    var abort = window.AbortController ? new AbortController() : null;
    var impatience = setTimeout(function () { if (abort) abort.abort(); }, PATIENCE);
    fetch(one.url, {
      method: "POST", body: one.body, credentials: "same-origin", redirect: "manual", signal: abort ? abort.signal : undefined,
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token(), "X-Rating-Script": "1" }
    }).then(function (answer) {
      return answer.text().then(function (text) {
        clearTimeout(impatience);
        var content = {};
        try { content = JSON.parse(text); } catch (error) { /* not ours: signed out, or a proxy's page */ }
        heard(one, answer.status, content);
      });
    }).catch(function () { clearTimeout(impatience); later(); });
  }

  function heard(one, status, content) {
    if (!content.message) { later(); return; }
    sending = false;
    tries = 0;
    write(BOX, read(BOX, []).filter(function (other) { return other.key !== one.key; }));
    if (status < 300) {
      write(one.draft, null);
      if (form && one.key === form.dataset.key) { window.location.href = content.url; return; }
      if (!read(BOX, []).length) say(kept && kept.sent);
    } else {
      var here = form && one.key === form.dataset.key;
      say((here ? "" : (kept && kept.refused) || "") + content.message, here ? "" : one.url);
    }
    flush();
  }

  window.addEventListener("online", flush);
  flush();
  if (!form) return;

  var boxes = Array.prototype.slice.call(form.querySelectorAll(".rating-box input"));
  var total = form.querySelector("[data-total]");

  function count() {
    var sum = 0;
    boxes.forEach(function (box) { sum += parseFloat(box.value) || 0; });
    total.hidden = false;
    total.querySelector("output").textContent = String(Math.round(sum * 10) / 10);
  }
  function draft() {
    var values = {};
    boxes.forEach(function (box) { values[box.name] = box.value; });
    values.note = form.elements.note.value;
    write(form.dataset.draft, values);
  }
  function button(box, label, text, step, kind) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    if (kind) made.className = kind;
    made.setAttribute("aria-label", label + " " + box.labels[0].querySelector("b").textContent);
    made.addEventListener("click", function () {
      var most = parseFloat(box.max), now = parseFloat(box.value) || 0;
      box.value = String(step === null ? most : Math.max(0, Math.min(most, now + step)));
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return made;
  }

  boxes.forEach(function (box) {
    box.parentNode.insertBefore(button(box, words.wordsLess, "−", -1), box);
    box.parentNode.appendChild(button(box, words.wordsMore, "+", 1));
    box.parentNode.appendChild(button(box, words.wordsFull, words.wordsFull, null, "full"));
  });
  var earlier = read(form.dataset.draft, null);
  if (earlier) {
    boxes.forEach(function (box) { if (earlier[box.name]) box.value = earlier[box.name]; });
    if (earlier.note) form.elements.note.value = earlier.note;
  }
  form.addEventListener("input", function () { count(); draft(); });
  count();

  form.addEventListener("submit", function (event) {
    if (event.defaultPrevented || !window.fetch || !window.URLSearchParams) return;
    var data = new URLSearchParams();
    Array.prototype.forEach.call(form.elements, function (field) {
      if (field.name && field.name !== "csrfmiddlewaretoken" && field.type !== "submit") data.append(field.name, field.value);
    });
    var pressed = event.submitter;
    if (pressed && pressed.name) data.append(pressed.name, pressed.value);
    var waiting = read(BOX, []).filter(function (one) { return one.key !== form.dataset.key; });
    waiting.push({
      key: form.dataset.key, url: window.location.pathname, body: data.toString(), draft: form.dataset.draft
    });
    if (!write(BOX, waiting)) return;
    event.preventDefault();
    flush();
  });
})();
