"""The reference receiver: what it takes, what it refuses, and that nothing happens twice."""

import ast
import sys
import time
from pathlib import Path

import pytest
import receiver
from receiver.config import Behaviour
from receiver.deciding import reasons_against

from tests.receiver.builders import LEVEL, Signer, a_pack, a_withdrawal, call, control, send

FOLDER = Path(receiver.__file__).parent


def states(desk):
    return {row["sequence"]: row["state"] for row in desk.store.overview()["packs"]}


def answers(desk):
    rows = desk.store.overview()["results"]
    return sorted((row["sequence"], row["number"], row["outcome"]) for row in rows)


def test_it_imports_nothing_of_the_portal():
    allowed = {"cryptography", "httpx", "jsonschema", "receiver"} | set(sys.stdlib_module_names)
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path.name


def test_a_pack_is_taken_and_will_be_answered(desk, signer):
    pack = a_pack()
    status, answer = send(desk, pack, signer.jws(pack))
    assert (status, answer["message"], answer["state"]) == (202, "m-1", "received")
    assert answer["receipt"].startswith("R-")
    assert states(desk) == {1: "received"}
    assert answers(desk) == [(1, 1, "received"), (1, 2, "accepted")]


def test_the_same_message_twice_has_the_same_receipt_and_one_effect(desk, signer):
    pack = a_pack()
    receipts = {send(desk, pack, signer.jws(pack))[1]["receipt"] for _twice in range(3)}
    assert len(receipts) == 1
    assert len(answers(desk)) == 2
    assert desk.store.overview()["messages"][0]["copies"] == 3


def test_one_key_for_two_messages_is_refused(desk, signer):
    first, second = a_pack(1), a_pack(2)
    send(desk, first, signer.jws(first))
    assert send(desk, second, signer.jws(second)) == (409, {"error": "key_used", "places": []})
    assert states(desk) == {1: "received"}


def test_both_proofs_are_asked_for(desk, signer):
    pack = a_pack()
    good = signer.jws(pack)
    forged = pack | {"version": 9}
    assert send(desk, pack, good, key="another")[0] == 401
    assert send(desk, pack, good, key="another-key")[0] == 401
    assert send(desk, pack, good, at=time.time() - 301)[0] == 401
    for document, signature in (
        (forged, good),
        (pack, Signer().jws(pack)),
        (pack, signer.jws(pack, alg="none")),
        (pack, signer.jws(pack, alg="HS256")),
        (pack, signer.jws(pack, crit=["b64"])),
        (pack, "a.b.c"),
        (pack, "é..é"),
        (pack, ""),
    ):
        assert send(desk, document, signature)[1]["error"] == "signature_wrong"
    assert states(desk) == {}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"schema": "evidence-pack/2"}, "unknown_schema"),
        ({"sequence": 0}, "not_valid"),
        ({"sequence": "1"}, "not_valid"),
        ({"extra": 1}, "not_valid"),
        ({"purpose": "service_credit"}, "not_valid"),
        ({"facts": {}}, "not_valid"),
        ({"facts": a_pack()["facts"] | {"awards": []}}, "not_valid"),
        ({"receiver": "talent_register"}, "not_valid"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_by_place_never_by_value(desk, signer, change, error):
    pack = a_pack() | change
    status, answer = send(desk, pack, signer.jws(pack))
    assert (status, answer["error"]) == (422, error)
    assert "李梅" not in str(answer)
    assert states(desk) == {}


def test_another_desks_letter_and_half_a_letter_are_refused(desk, signer):
    pack = a_pack()
    assert send(desk, pack, signer.jws(pack), idem="other")[0] == 400
    assert send(desk, pack, signer.jws(pack), path="/talent_register/messages", key="another-key")[1]["error"] == (
        "another_desk"
    )
    assert send(desk, pack, signer.jws(pack), path="/credit_platform/messages")[0] == 404
    assert call(desk, "GET", "/residency_desk/messages")[0] == 405


def test_a_newer_version_takes_the_place_and_an_older_one_that_comes_late_does_not(desk, signer):
    for sequence in (3, 1, 4):
        pack = a_pack(sequence)
        send(desk, pack, signer.jws(pack), message=f"m-{sequence}")
    assert states(desk) == {1: "superseded", 3: "superseded", 4: "received"}


def test_a_withdrawal_deletes_and_what_comes_late_is_not_kept(desk, signer):
    first, order, late = a_pack(1), a_withdrawal(3), a_pack(2)
    for n, document in enumerate((first, order, late)):
        assert send(desk, document, signer.jws(document), message=f"m-{n}")[0] == 202
    packs = desk.store.overview()["packs"]
    assert {row["sequence"]: (row["state"], row["document"]) for row in packs} == {
        1: ("deleted", None),
        2: ("deleted", None),
    }
    # The first was not answered yet and is not answered any more.
    assert answers(desk) == [(3, 1, "deleted")]
    assert b"35020119780506002X" not in desk.store.path.read_bytes()


def test_down_it_says_so_and_takes_nothing(desk, signer):
    pack = a_pack()
    assert control(desk, down="1") == 303
    assert send(desk, pack, signer.jws(pack))[0] == 503
    assert states(desk) == {}
    assert control(desk, delay_seconds="0") == 303
    assert send(desk, pack, signer.jws(pack))[0] == 202


def test_the_page_is_masked_and_for_this_machine_only(desk, signer):
    pack = a_pack()
    send(desk, pack, signer.jws(pack))
    status, headers, page = call(desk, "GET", "/")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert "李** 3502************2X" in page.decode()
    assert "35020119780506002X" not in page.decode()
    assert b"35020119780506002X" not in call(desk, "GET", "/overview.json")[2]
    assert call(desk, "GET", "/", HTTP_HOST="evil.example")[0] == 403
    assert call(desk, "GET", "/", REMOTE_ADDR="10.0.0.7")[0] == 403
    assert control(desk, down="1", origin="http://evil.example") == 403
    assert control(desk, delay_seconds="-1") == 400
    assert control(desk, delay_seconds="9", origin="http://127.0.0.1:8100") == 303
    assert desk.store.behaviour() == Behaviour(delay_seconds=9)


def low(level):
    return LEVEL | {"level": level}


@pytest.mark.parametrize(
    ("levels", "months", "name", "behaviour", "codes"),
    [
        ([LEVEL], 14, "李梅", {}, []),
        ([], 14, "李梅", {}, ["level_missing"]),
        ([LEVEL | {"standing": "declared"}], 14, "李梅", {}, ["level_missing"]),
        ([low(5)], 14, "李梅", {}, ["level_too_low"]),
        ([low(6)], 14, "李梅", {}, ["level_too_low"]),
        ([low(5), low(3)], 14, "李梅", {}, []),
        ([low(8)], 14, "李梅", {}, []),
        ([], 14, "李梅", {"level_at_least": 0}, []),
        ([LEVEL], 14, "李梅", {"insured_months": 15}, ["insured_months_few"]),
        ([LEVEL], 15, "李梅", {"insured_months": 15}, []),
        ([LEVEL], 14, "李退", {}, ["identity_mismatch"]),
        ([], 0, "李退", {"insured_months": 1}, ["identity_mismatch", "level_missing", "insured_months_few"]),
    ],
)
def test_what_the_desk_sends_back(levels, months, name, behaviour, codes):
    reasons = reasons_against(a_pack(levels=levels, months=months, name=name), Behaviour(**behaviour))
    assert [one["code"] for one in reasons] == codes
    assert all(one["text"].endswith("。") or "月" in one["text"] for one in reasons)
