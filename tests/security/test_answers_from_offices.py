"""What a receiver may say is stored only when every later step can work with it."""

import json

import pytest

from exchange.evidence_results import result_in
from tests.residency.evidence.builders import NOW


def a_result(**changes):
    return {
        "schema": "evidence-result/1", "id": "r-1", "receiver": "residency_desk", "about": "pack",
        "reference": "11111111-1111-4111-8111-000000000001", "sequence": 1, "number": 1, "outcome": "refused",
        "reasons": [{"code": "level_missing", "text": "没有证书"}], "case_number": "2026-1", "at": NOW.isoformat(),
    } | changes  # fmt: skip


def test_a_sound_answer_is_taken():
    assert result_in(json.dumps(a_result()).encode()) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"reasons": [{"code": "level_missing", "text": "\ud800"}]},
        {"case_number": "\udfff"},
        {"id": "a\u202eb"},
        {"id": "\ud800"},
        {"number": 10**30},
        {"outcome": "deleted"},
        {"receiver": "somebody"},
        {"reference": "../../etc/passwd"},
        {"more": 1},
    ],
)
def test_an_answer_nothing_can_be_done_with_is_refused_at_the_door(changes):
    assert result_in(json.dumps(a_result(**changes)).encode()) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 50_000, b'{"a":' * 20_000])
def test_what_is_no_document_is_refused_at_the_door(body):
    assert result_in(body) is None
