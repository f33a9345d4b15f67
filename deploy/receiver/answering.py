"""Sends the desk's answers back, and again until they are taken."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from receiver.config import Config
from receiver.signing import SIGNATURE, TIMESTAMP, call_signature
from receiver.store import Store

log = logging.getLogger("receiver")
LONGEST_WAIT = 60.0
PAUSE = 0.2


class Answers(threading.Thread):
    """One thread of the service; nothing is lost when it ends, because what is due stands in the store."""

    def __init__(self, config: Config, store: Store) -> None:
        super().__init__(daemon=True, name="answers")
        self.config, self.store = config, store
        self.client = httpx.Client(timeout=5.0, follow_redirects=False)

    def run(self) -> None:
        while True:
            try:
                if not self.store.behaviour().is_down:
                    for row in self.store.due(time.time()):
                        self.send(row)
            except sqlite3.Error as error:
                log.warning("the store does not answer: %s", type(error).__name__)
            time.sleep(PAUSE)

    def send(self, row: sqlite3.Row) -> None:
        """Send one answer; when it is not taken, later again."""
        body = row["body"] or json.dumps(_result(row), ensure_ascii=False, separators=(",", ":"))
        self.store.decided(row, body)
        if not self.config.results_url:
            self.store.answered(row["id"], time.time())
            return
        if self._is_taken(row["desk"], body.encode()):
            self.store.answered(row["id"], time.time())
        else:
            self.store.not_answered(row["id"], time.time() + min(2.0 ** row["tries"], LONGEST_WAIT))

    def _is_taken(self, desk: str, body: bytes) -> bool:
        url, timestamp = self.config.results_url, str(int(time.time()))
        mark = call_signature(self.config.keys[desk], timestamp=timestamp, path=urlsplit(url).path, body=body)
        headers = {"Content-Type": "application/json", TIMESTAMP: timestamp, SIGNATURE: mark}
        try:
            answer = self.client.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("an answer was not taken: %s", type(error).__name__)
            return False
        if not answer.is_success:
            log.info("an answer was not taken: %s", answer.status_code)
        return answer.is_success


def _result(row: sqlite3.Row) -> dict[str, object]:
    return {
        "schema": "evidence-result/1",
        "id": row["id"],
        "receiver": row["desk"],
        "about": row["about"],
        "reference": row["reference"],
        "sequence": row["sequence"],
        "number": row["number"],
        "outcome": row["outcome"],
        "reasons": json.loads(row["reasons"]),
        "case_number": row["case_number"],
        "at": datetime.now(UTC).isoformat(),
    }
