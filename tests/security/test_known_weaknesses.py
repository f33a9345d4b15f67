"""`make audit`: what it makes of what the advisory database says, asked over HTTP as it really is."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.test_structure import ROOT

PROBED, WEAK, SOUND = "django", "weak-package", "sound-package"
HASH = f"--hash=sha256:{'0' * 64}"
LOCK = f"{WEAK}==1.0 {HASH}\n{SOUND}==2.0 {HASH}\n"


def advisory(name: str, fixed: str | None, **more: Any) -> dict[str, Any]:
    """As osv.dev writes one."""
    events = [{"introduced": "0"}, *([{"fixed": fixed}] if fixed else [])]
    affected = {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": f"PYSEC-2026-{len(name)}", "summary": "An example.", "affected": [affected]} | more


@dataclass
class Database:
    """An advisory database on loopback: what it knows of each package, and how it answers."""

    known: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {PROBED: [advisory(PROBED, "5.2.1")]})
    answer: Callable[[str], tuple[int, bytes]] | None = None
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def said(self, name: str) -> tuple[int, bytes]:
        self.asked.append(name)
        found = self.known.get(name)
        return self.answer(name) if self.answer else (200, json.dumps({"vulns": found} if found else {}).encode())


@pytest.fixture
def database() -> Iterator[Database]:
    known = Database()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = known.said(asked["package"]["name"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    known.address = f"http://127.0.0.1:{server.server_port}/v1/query"
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def audit() -> Iterator[Any]:
    """The script, as `make audit` imports it."""
    folder = str(ROOT / "deploy/local")
    sys.path.insert(0, folder)
    yield importlib.import_module("audit")
    sys.path.remove(folder)


@pytest.fixture
def run(audit, database, tmp_path, monkeypatch, capfd) -> Callable[[], tuple[int, str]]:
    """`make audit` over a small lock against that database; how it ends and what it says."""
    try:
        audit.tool()
    except audit.OutOfReachError as reason:
        pytest.skip(str(reason))
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    monkeypatch.setattr(audit, "LOCKS", (lock,))
    monkeypatch.setenv("AUDIT_SERVICE", "osv")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def work() -> tuple[int, str]:
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", database.address)
        code = audit.command(audit.main)
        return code, capfd.readouterr().out

    return work


def test_where_nothing_is_known_of_our_packages_it_says_how_many_were_asked_about(run, database):
    code, said = run()
    assert (code, database.asked) == (0, [PROBED, WEAK, SOUND])
    assert "2 packages audited, 0 with known weaknesses" in said


def test_a_known_weakness_fails_and_names_the_package_and_what_mends_it(run, database):
    database.known[WEAK] = [advisory(WEAK, "1.1")]
    code, said = run()
    assert code == 1
    assert f"✗ {WEAK} 1.0: PYSEC-2026-12 → 1.1" in said
    assert "2 packages audited, 1 with known weaknesses" in said


def test_a_weakness_nobody_has_mended_fails_too(run, database):
    database.known[SOUND] = [advisory(SOUND, None)]
    code, said = run()
    assert (code, f"✗ {SOUND} 2.0: PYSEC-2026-13 → ?" in said) == (1, True)


def test_what_was_withdrawn_is_none(run, database):
    database.known[WEAK] = [advisory(WEAK, "1.1", withdrawn="2026-01-01T00:00:00Z")]
    assert run()[0] == 0


@pytest.mark.parametrize(
    "answer",
    [(503, b"{}"), (200, b"<html>sign in</html>"), (200, b"{}")],
    ids=["away", "something else", "knows nothing at all"],
)
def test_without_a_database_nothing_is_known_and_nothing_fails(run, database, answer):
    database.answer = lambda _name: answer
    code, said = run()
    assert (code, "SKIPPED, nothing is known" in said, "0 with known" in said) == (0, True, False)


def test_a_database_that_goes_away_half_way_is_none(run, database):
    whole = database.said
    database.answer = None

    def said(name: str) -> tuple[int, bytes]:
        return whole(name) if name != SOUND else (503, b"{}")

    database.said = said  # type: ignore[method-assign]
    code, told = run()
    assert (code, "SKIPPED" in told) == (0, True)


def test_a_database_nobody_listens_for_is_none(run, database):
    database.address = "http://127.0.0.1:9/v1/query"
    code, said = run()
    assert (code, "SKIPPED" in said) == (0, True)


# --- what pip-audit says, read ---------------------------------------------------------------------------------------


def told(words: str) -> Callable[..., Any]:
    """A program that says these words instead of pip-audit."""
    return lambda *_args, **_fields: subprocess.CompletedProcess([], 0, stdout=words)


def test_packages_the_database_does_not_know_are_named_and_not_counted(audit, monkeypatch, capsys):
    rows = [
        {"name": "known", "version": "1", "vulns": []},
        {"name": "unknown", "skip_reason": "Dependency not found on PyPI"},
    ]
    monkeypatch.setattr(audit, "tool", lambda: None)
    monkeypatch.setattr(audit, "audited", lambda _program: rows)
    assert audit.main() == 0
    said = capsys.readouterr().out
    assert "Not audited: unknown" in said
    assert "1 packages audited, 0 with" in said


@pytest.mark.parametrize("words", ["", "not JSON", "[]", '{"fixes": []}', '"text"'])
def test_words_that_are_no_answer_are_none(audit, monkeypatch, words):
    monkeypatch.setattr(audit.subprocess, "run", told(words))
    with pytest.raises(audit.OutOfReachError):
        audit.asked(None, ROOT / "requirements.lock")
