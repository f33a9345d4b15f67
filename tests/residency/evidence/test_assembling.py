"""What each receiver gets of a record: as little as its purpose needs, each line with who stands for it."""

from datetime import date

import pytest

from residency.evidence.rules.assembling import facts_for, is_empty
from residency.evidence.rules.documents import canonical, digest
from residency.evidence.rules.lines import (
    AwardLine,
    Backing,
    CertificateLine,
    InsuredLine,
    JobLine,
    Lines,
    Months,
    TrainingLine,
)
from residency.evidence.states import Receiver

ON = date(2026, 11, 23)
SURE = Backing(is_guaranteed=True, source="发证单位", confirmed_on=date(2026, 6, 2))
SAID = Backing(is_guaranteed=False, source="本人填报")
FIRM = "913502000000000059"


def a_paper(kind="level_certificate", level=4, backing=SURE, number="S1"):
    return CertificateLine(
        kind=kind, title="家政服务员", issued_on=date(2026, 6, 1), backing=backing, occupation_code="4-10-01-06",
        occupation_name="家政服务员", level=level, level_name="四级", number=number, issuer_name="示例评价机构",
    )  # fmt: skip


def a_month(year, month, kind="pension", code=FIRM, *, late=False):
    return InsuredLine(date(year, month, 1), kind, code, late, SURE)


WHOLE = Lines(
    levels=(a_paper(),),
    certificates=(a_paper(), a_paper("training_certificate", None, number="P1"), a_paper(backing=SAID, number="S2")),
    worked=Months(20, 14, 18),
    jobs=(JobLine("示例家政", FIRM, "母婴护理员", "labour", date(2025, 3, 1), None, SAID),),
    insured=(a_month(2026, 1), a_month(2026, 2), a_month(2026, 4), a_month(2026, 2, "medical")),
    training=(TrainingLine("收纳", "theory", "12.5", "示例学校", date(2026, 5, 1), SURE),),
    awards=(AwardLine("区技能竞赛三等奖", "示例工会", date(2026, 5, 1), SURE),),
)


@pytest.mark.parametrize(
    ("receiver", "sections", "papers"),
    [
        (Receiver.RESIDENCY_DESK, ["certificates", "insured_months", "level", "service"], ["S1", "S2"]),
        (
            Receiver.TALENT_REGISTER,
            ["awards", "certificates", "insured_months", "level", "service", "training"],
            ["S1", "S2"],
        ),
        (Receiver.CREDIT_PLATFORM, ["certificates", "service", "training"], ["S1", "S2", "P1"]),
    ],
)
def test_a_receiver_gets_what_its_purpose_needs_and_nothing_else(receiver, sections, papers):
    facts = facts_for(receiver, WHOLE, on=ON)
    assert sorted(facts) == sections
    assert sorted(one["number"] for one in facts["certificates"]) == sorted(papers)


def test_every_line_says_who_stands_for_it():
    facts = facts_for(Receiver.TALENT_REGISTER, WHOLE, on=ON)
    lines = [
        *facts["level"], *facts["certificates"], *facts["training"], *facts["awards"],
        *facts["insured_months"]["spells"], *facts["service"]["jobs"],
    ]  # fmt: skip
    assert {one["standing"] for one in lines} == {"declared", "guaranteed"}
    assert all(one["source"] for one in lines)
    assert facts["service"]["jobs"][0]["standing"] == "declared"


def test_insured_months_are_told_in_runs_and_counted_once():
    told = facts_for(Receiver.RESIDENCY_DESK, WHOLE, on=ON)["insured_months"]
    # January, February (twice insured) and April: three different months.
    assert told["months"] == 3
    assert told["by_kind"] == [{"kind": "medical", "months": 1}, {"kind": "pension", "months": 3}]
    assert [(one["kind"], one["from"], one["until"], one["months"]) for one in told["spells"]] == [
        ("pension", "2026-01", "2026-02", 2),
        ("medical", "2026-02", "2026-02", 1),
        ("pension", "2026-04", "2026-04", 1),
    ]


def test_a_run_ends_with_its_payer_and_where_money_came_late():
    lines = Lines(
        insured=(a_month(2025, 12), a_month(2026, 1), a_month(2026, 2, code=""), a_month(2026, 3, code="", late=True))
    )
    told = facts_for(Receiver.RESIDENCY_DESK, lines, on=ON)["insured_months"]["spells"]
    assert [(one["from"], one["until"], one["is_back_paid"]) for one in told] == [
        ("2025-12", "2026-01", False),
        ("2026-02", "2026-02", False),
        ("2026-03", "2026-03", True),
    ]


def test_the_order_of_the_lines_changes_nothing():
    turned = Lines(
        levels=WHOLE.levels, certificates=WHOLE.certificates[::-1], worked=WHOLE.worked, jobs=WHOLE.jobs,
        insured=WHOLE.insured[::-1], training=WHOLE.training, awards=WHOLE.awards,
    )  # fmt: skip
    for receiver in Receiver:
        assert digest(facts_for(receiver, turned, on=ON)) == digest(facts_for(receiver, WHOLE, on=ON))


def test_nothing_to_tell_is_noticed():
    for receiver in Receiver:
        assert is_empty(facts_for(receiver, Lines(), on=ON))
        assert not is_empty(facts_for(receiver, WHOLE, on=ON))


def test_the_canonical_form_is_that_of_rfc_8785():
    assert canonical({"b": 1, "a": ["家", None, True], "c": {"z": "\n\u2028", "y": 0}}) == (
        '{"a":["家",null,true],"b":1,"c":{"y":0,"z":"\\n\u2028"}}'.encode()
    )
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"a": float("nan")})
