"""People at work through nginx, over TLS on lines that are kept: pages, forms and the beats of lessons.

    load.py PLAN RESULT STOP      reads a plan, works until the file STOP is there, writes what each request met

Standard library only, in a process of its own, so that it shares no lock with anything that is watched.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TOKEN = "a" * 32
PAGES = ("/", "/sign-in/")
HERS = ("/my/", "/my/money/", "/my/hours/")
PAUSE_SECONDS = 0.1  # the people share the cores with all that serves them
DISTRICTS = ("350203", "350206", "350211")


class Person(threading.Thread):
    """One client with one line: she sends a request, waits for its answer, and sends the next."""

    def __init__(self, plan: dict[str, Any], number: int, stop: Path) -> None:
        super().__init__()
        self.plan, self.number, self.stop = plan, number, stop
        mine = slice(number, None, plan["clients"])
        self.learners: list[dict[str, Any]] = plan["learners"][mine]
        self.claimants: list[dict[str, Any]] = plan["claimants"][mine]
        self.claim_every = plan["claim_seconds"]
        self.met: list[tuple[float, str, int, float, str]] = []
        self.line: HTTPSConnection | None = None

    def run(self) -> None:
        turn, next_claim = self.number, time.monotonic() + self.claim_every
        while not self.stop.exists():
            turn += 1
            time.sleep(PAUSE_SECONDS)
            learner = self.learners[turn % len(self.learners)]
            if time.monotonic() >= next_claim and self.claimants:
                next_claim += self.claim_every
                self.claim(self.claimants.pop())
            self.beat(learner)
            if turn % 2:
                self.ask("page", "GET", PAGES[turn // 2 % len(PAGES)], 200)
            else:
                self.ask("her page", "GET", HERS[turn // 2 % len(HERS)], 200, cookies=learner["cookies"])
            if turn % 3 == 0:
                form = {"district_code": DISTRICTS[turn % len(DISTRICTS)]}
                self.form("form", "/my/district/", form, learner["cookies"])

    def beat(self, learner: dict[str, Any]) -> None:
        start = learner["accepted_ms"]
        beat = {"n": learner["sent"] + 1, "played": [[start, start + 300]], "speed": 100}
        body = json.dumps({"token": learner["token"], "beats": [beat]}).encode()
        text = self.ask("beat", "POST", "/study/beats/", 200, body=body, kind_of_body="application/json")
        if text:
            answer = json.loads(text)
            learner["sent"] = answer["acknowledged"]
            learner["accepted_ms"] = answer["lesson"]["accepted_ms"]

    def claim(self, claimant: dict[str, Any]) -> None:
        claimant["is_taken"] = bool(self.form("claim", claimant["path"], {"agree": "on"}, claimant["cookies"]))
        self.plan["claimed"].append(claimant)

    def form(self, kind: str, path: str, fields: dict[str, str], cookies: str) -> str:
        body = urlencode(fields | {"csrfmiddlewaretoken": TOKEN}).encode()
        return self.ask(kind, "POST", path, 302, body=body, cookies=f"{cookies}; csrftoken={TOKEN}")

    def ask(
        self, kind: str, method: str, path: str, wanted: int, *, body: bytes | None = None, cookies: str = "",
        kind_of_body: str = "application/x-www-form-urlencoded",
    ) -> str:  # fmt: skip
        headers = {"Host": self.plan["host"], "Referer": f"https://{self.plan['host']}/", "Cookie": cookies}
        if body is not None:
            headers["Content-Type"] = kind_of_body
        begun, at, status, said = time.perf_counter(), time.time(), 0, ""
        try:
            line = self.line or self.opened()
            line.request(method, path, body, headers)
            answer = line.getresponse()
            status, text = answer.status, answer.read().decode()
            if answer.will_close:
                line.close()
                self.line = None
        except (OSError, HTTPException) as error:
            said, text = repr(error), ""
            self.line = None
            time.sleep(0.5)
        if status and status != wanted:
            said = text[:300]
        self.met.append((at, kind, status if not said else -status, (time.perf_counter() - begun) * 1000, said))
        return (text or "answered") if status == wanted else ""

    def opened(self) -> HTTPSConnection:
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE  # the trial's own certificate
        here = ("127.0.0.1", self.plan["port"])
        self.line = HTTPSConnection(self.plan["host"], timeout=60, context=trust)
        self.line._create_connection = lambda *_there: socket.create_connection(here, timeout=60)  # type: ignore[attr-defined]
        return self.line


def main() -> int:
    plan_file, result_file, stop = (Path(word) for word in sys.argv[1:4])
    plan = json.loads(plan_file.read_text()) | {"claimed": []}
    people = [Person(plan, number, stop) for number in range(plan["clients"])]
    for person in people:
        person.start()
    for person in people:
        person.join()
    result = {
        "met": sorted(one for person in people for one in person.met),
        "learners": [learner for person in people for learner in person.learners],
        "claimed": plan["claimed"],
    }
    draft = result_file.with_suffix(".draft")
    draft.write_text(json.dumps(result))
    draft.replace(result_file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
