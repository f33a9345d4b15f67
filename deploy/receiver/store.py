"""What came, what is to be answered, and how the desk behaves: one SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from receiver.checking import Letter, RefusalError
from receiver.config import Behaviour
from receiver.deciding import reasons_against
from receiver.signing import canonical

TABLES = """
CREATE TABLE IF NOT EXISTS message (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, receipt TEXT NOT NULL, copies INTEGER NOT NULL DEFAULT 1,
    at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS pack (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, desk TEXT NOT NULL, subject TEXT NOT NULL,
    sequence INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, document TEXT, case_number TEXT NOT NULL,
    received_at REAL NOT NULL, UNIQUE (desk, subject, sequence)
);
CREATE TABLE IF NOT EXISTS withdrawal (
    reference TEXT PRIMARY KEY, desk TEXT NOT NULL, subject TEXT NOT NULL, through INTEGER NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS result (
    id TEXT PRIMARY KEY, desk TEXT NOT NULL, about TEXT NOT NULL, reference TEXT NOT NULL, sequence INTEGER NOT NULL,
    number INTEGER NOT NULL, outcome TEXT NOT NULL, reasons TEXT NOT NULL, case_number TEXT NOT NULL,
    due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, sent_at REAL, body TEXT,
    UNIQUE (about, reference, number)
);
CREATE TABLE IF NOT EXISTS behaviour (id INTEGER PRIMARY KEY CHECK (id = 1), content TEXT NOT NULL);
"""


class Store:
    """Safe to use from any thread: each piece of work has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = folder / "receiver.sqlite3"
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self.work() as line:
            for table in filter(str.strip, TABLES.split(";")):
                line.execute(table)

    @contextmanager
    def work(self) -> Iterator[sqlite3.Connection]:
        """One transaction that writes; others wait their turn."""
        line = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        line.row_factory = sqlite3.Row
        try:
            # What is deleted is gone from the file too.
            line.execute("PRAGMA secure_delete = ON")
            line.execute("BEGIN IMMEDIATE")
            yield line
            line.execute("COMMIT")
        finally:
            line.close()

    def behaviour(self) -> Behaviour:
        """As last set on the control page, else as the environment says."""
        with self.work() as line:
            row = line.execute("SELECT content FROM behaviour").fetchone()
        return Behaviour(**json.loads(row["content"])) if row else Behaviour.from_environment()

    def behave(self, behaviour: Behaviour) -> None:
        with self.work() as line:
            line.execute("REPLACE INTO behaviour (id, content) VALUES (1, ?)", [json.dumps(asdict(behaviour))])

    def take(self, letter: Letter, behaviour: Behaviour) -> str:
        """The receipt. A message that came before has the receipt it had, and no other effect."""
        now, digest = time.time(), sha256(canonical(letter.document)).hexdigest()
        with self.work() as line:
            known = line.execute("SELECT digest, receipt FROM message WHERE key = ?", [letter.key]).fetchone()
            if known is not None:
                if known["digest"] != digest:
                    raise RefusalError(409, "key_used")
                line.execute("UPDATE message SET copies = copies + 1 WHERE key = ?", [letter.key])
                return str(known["receipt"])
            receipt = f"R-{uuid4().hex[:16]}"
            line.execute(
                "INSERT INTO message (key, digest, receipt, at) VALUES (?, ?, ?, ?)", [letter.key, digest, receipt, now]
            )
            if letter.is_pack:
                self._keep(line, letter, behaviour, now)
            else:
                self._delete(line, letter, now)
            return receipt

    def _keep(self, line: sqlite3.Connection, letter: Letter, behaviour: Behaviour, now: float) -> None:
        """Put a pack on file, unless its consent ended; only the newest version is decided."""
        place = [letter.desk, letter.subject]
        ended = line.execute("SELECT MAX(through) FROM withdrawal WHERE desk = ? AND subject = ?", place).fetchone()[0]
        newest = line.execute("SELECT MAX(sequence) FROM pack WHERE desk = ? AND subject = ?", place).fetchone()[0]
        is_ended, is_newest = letter.sequence <= (ended or 0), letter.sequence > (newest or 0)
        state = "deleted" if is_ended else "received" if is_newest else "superseded"
        number = f"{time.strftime('%Y%m%d', time.localtime(now))}-{uuid4().hex[:6]}"
        document = None if is_ended else canonical(letter.document).decode()
        row = [letter.reference, *place, letter.sequence, letter.document["version"], state, document, number, now]
        line.execute(
            "INSERT INTO pack (reference, desk, subject, sequence, version, state, document, case_number, received_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        if state != "received":
            return
        older = "desk = ? AND subject = ? AND sequence < ? AND state IN ('received', 'accepted', 'refused')"
        line.execute(f"UPDATE pack SET state = 'superseded' WHERE {older}", [*place, letter.sequence])  # noqa: S608
        self.order(line, letter, 1, "received", due_at=now, case_number=number)
        reasons = reasons_against(letter.document, behaviour)
        outcome = "refused" if reasons else "accepted"
        due_at = now + behaviour.delay_seconds
        self.order(line, letter, 2, outcome, due_at=due_at, case_number=number, reasons=reasons)

    def _delete(self, line: sqlite3.Connection, letter: Letter, now: float) -> None:
        """The consent ended: what is there goes, what is still to be answered is not, what comes late is not taken."""
        through = letter.document["through_sequence"]
        line.execute(
            "INSERT INTO withdrawal (reference, desk, subject, through, at) VALUES (?, ?, ?, ?, ?)",
            [letter.reference, letter.desk, letter.subject, through, now],
        )
        those = "desk = ? AND subject = ? AND sequence <= ?"
        place = [letter.desk, letter.subject, through]
        line.execute(
            f"DELETE FROM result WHERE sent_at IS NULL AND reference IN (SELECT reference FROM pack WHERE {those})",  # noqa: S608
            place,
        )
        line.execute(f"UPDATE pack SET document = NULL, state = 'deleted' WHERE {those}", place)  # noqa: S608
        self.order(line, letter, 1, "deleted", due_at=now)

    @staticmethod
    def order(
        line: sqlite3.Connection,
        letter: Letter,
        number: int,
        outcome: str,
        *,
        due_at: float,
        case_number: str = "",
        reasons: Sequence[dict[str, str]] = (),
    ) -> None:
        """Order an answer to be sent."""
        about = "pack" if letter.is_pack else "withdrawal"
        line.execute(
            "INSERT INTO result (id, desk, about, reference, sequence, number, outcome, reasons, case_number, due_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                uuid4().hex, letter.desk, about, letter.reference, letter.sequence, number, outcome,
                json.dumps(list(reasons), ensure_ascii=False), case_number, due_at,
            ],
        )  # fmt: skip

    def due(self, now: float) -> list[sqlite3.Row]:
        """Answers whose time has come, the oldest first."""
        with self.work() as line:
            rows = line.execute(
                "SELECT * FROM result WHERE sent_at IS NULL AND due_at <= ? ORDER BY due_at, number LIMIT 20", [now]
            )
            return list(rows)

    def decided(self, row: sqlite3.Row, body: str) -> None:
        """Before it is sent: the answer's body stays the same however often it is sent, and the pack shows it."""
        with self.work() as line:
            line.execute("UPDATE result SET body = ? WHERE id = ? AND body IS NULL", [body, row["id"]])
            if row["outcome"] in ("accepted", "refused"):
                line.execute(
                    "UPDATE pack SET state = ? WHERE reference = ? AND state = 'received'",
                    [row["outcome"], row["reference"]],
                )

    def answered(self, result: str, now: float) -> None:
        with self.work() as line:
            line.execute("UPDATE result SET sent_at = ?, tries = tries + 1 WHERE id = ?", [now, result])

    def not_answered(self, result: str, due_at: float) -> None:
        with self.work() as line:
            line.execute("UPDATE result SET tries = tries + 1, due_at = ? WHERE id = ?", [due_at, result])

    def overview(self, limit: int = 200) -> dict[str, list[dict[str, Any]]]:
        """The newest packs and answers, with what the desk page shows."""
        with self.work() as line:
            packs = line.execute("SELECT * FROM pack ORDER BY id DESC LIMIT ?", [limit]).fetchall()
            results = line.execute("SELECT * FROM result ORDER BY due_at DESC LIMIT ?", [limit]).fetchall()
            messages = line.execute("SELECT key, receipt, copies FROM message ORDER BY at DESC LIMIT ?", [limit])
            return {
                "packs": [dict(row) for row in packs],
                "results": [dict(row) for row in results],
                "messages": [dict(row) for row in messages.fetchall()],
            }
