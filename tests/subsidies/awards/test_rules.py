"""Worked cases an officer can read: when each part of an award comes, and how much of it. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from foundation.policy.engine import from_json, reproduce, to_json
from subsidies.awards.rules import dues_of, months_between, owed, part_of
from subsidies.schemes.deciding import scheme_decide
from subsidies.schemes.rules import AwardFacts
from tests.subsidies.schemes.cases import in_order
from tests.subsidies.schemes.packs_at_hand import figures_at_hand, schemes_at_hand

WAN = 1_000_000  # 一万元，按分


def day(text):
    return date.fromisoformat(text)


def months(text):
    """``2025-03..2026-02 -2025-07``: every month from one to the other, without those after the minus."""
    found = set()
    for word in text.split():
        if word.startswith("-"):
            found.discard(day(f"{word[1:]}-01"))
        else:
            first, _dots, last = word.partition("..")
            found |= set(months_between(day(f"{first}-01"), day(f"{last or first}-01")))
    return found


# started, confirmed months, left, the day asked, part 1 and part 2: a day when it comes, 差N (months to come), 不再发.
# Two parts, twelve months each, as 养老服务人才奖励 has them.
SERVICE = [
    # --- the day before, on and after a full year
    ("2025-03-15", "2025-03..2026-02", "", "2026-03-14", "2026-03-15 没到", "差12"),
    ("2025-03-15", "2025-03..2026-02", "", "2026-03-15", "2026-03-15 到", "差12"),
    ("2025-03-15", "2025-03..2026-02", "", "2026-03-16", "2026-03-15 到", "差12"),
    ("2025-03-01", "2025-03..2026-02", "", "2026-02-28", "2026-03-01 没到", "差12"),
    ("2025-03-01", "2025-03..2026-02", "", "2026-03-01", "2026-03-01 到", "差12"),
    # --- one month short, and none at all
    ("2025-03-15", "2025-03..2026-01", "", "2026-03-15", "差1", "差13"),
    ("2025-03-15", "", "", "2026-03-15", "差12", "差24"),
    # --- the month she began in its middle was not insured: no gap, and the day stays
    ("2025-03-15", "2025-04..2026-03", "", "2026-03-15", "2026-03-15 到", "差12"),
    # --- she began on the first and that month is not confirmed: a month later
    ("2025-03-01", "2025-04..2026-03", "", "2026-03-31", "2026-04-01 没到", "差12"),
    ("2025-03-01", "2025-04..2026-03", "", "2026-04-01", "2026-04-01 到", "差12"),
    # --- a gap month puts the day off by one; two by two
    ("2025-03-15", "2025-03..2026-03 -2025-07", "", "2026-04-14", "2026-04-15 没到", "差12"),
    ("2025-03-15", "2025-03..2026-03 -2025-07", "", "2026-04-15", "2026-04-15 到", "差12"),
    ("2025-03-15", "2025-03..2026-04 -2025-07 -2025-08", "", "2026-05-15", "2026-05-15 到", "差12"),
    # --- months before she began, or of another employer, are not in her list; a month said twice counts once
    ("2025-03-15", "2024-01..2026-02", "", "2026-03-15", "2026-03-15 到", "差12"),
    # --- both years
    ("2024-03-15", "2024-03..2026-02", "", "2026-03-15", "2025-03-15 到", "2026-03-15 到"),
    ("2024-03-15", "2024-03..2026-02", "", "2026-03-14", "2025-03-15 到", "2026-03-15 没到"),
    ("2024-03-15", "2024-03..2026-03 -2025-06", "", "2026-04-15", "2025-03-15 到", "2026-04-15 到"),
    # --- begun on 29 February, and on the last of a month
    ("2024-02-29", "2024-02..2025-01", "", "2025-02-28", "2025-02-28 到", "差12"),
    ("2025-01-31", "2025-01..2025-12", "", "2026-01-31", "2026-01-31 到", "差12"),
    # --- leaving: the last day of the year is enough, the day before is not; the rest is lost
    ("2025-03-15", "2025-03..2026-02", "2026-03-14", "2026-03-15", "2026-03-15 到", "不再发"),
    ("2025-03-15", "2025-03..2026-02", "2026-03-13", "2026-03-15", "不再发", "不再发"),
    ("2025-03-15", "2025-03..2025-09", "2025-09-30", "2025-10-01", "不再发", "不再发"),
    # --- left after the year, months confirmed only later: it waits, then it comes
    ("2025-03-15", "2025-03..2025-12", "2026-04-30", "2026-05-01", "差2", "不再发"),
    ("2025-03-15", "2025-03..2026-02", "2026-04-30", "2026-05-01", "2026-03-15 到", "不再发"),
    # --- left, and a gap month put the day beyond her last day
    ("2025-03-15", "2025-03..2026-03 -2025-07", "2026-03-31", "2026-05-01", "不再发", "不再发"),
    # --- months after she left count for nothing
    ("2025-03-15", "2025-03..2026-08", "2025-12-31", "2026-09-01", "不再发", "不再发"),
]


def told(due, on):
    if due.is_lost:
        return "不再发"
    if due.due_on is None:
        return f"差{due.missing}"
    return f"{due.due_on} {'到' if due.is_reached(on) else '没到'}"


@pytest.mark.parametrize(("started", "confirmed", "left", "on", "first", "second"), SERVICE)
def test_when_each_part_comes(started, confirmed, left, on, first, second):
    dues = dues_of(
        started_on=day(started), months=months(confirmed), left_on=day(left) if left else None, between=12, count=2
    )
    assert [told(one, day(on)) for one in dues] == [first, second]


# The programme, grade, part, months served, paid for this filing before, paid for others before; yuan or 不 or 待确认.
AMOUNTS = [
    # --- Xiamen 2023, each level, each of its two parts
    ("award.eldercare.level", "2023-06-01", "level5", 1, 12, 0, 0, "5000"),
    ("award.eldercare.level", "2023-06-01", "level5", 2, 24, 5000, 0, "5000"),
    ("award.eldercare.level", "2023-06-01", "level4", 1, 12, 0, 0, "10000"),
    ("award.eldercare.level", "2023-06-01", "level4", 2, 24, 10000, 0, "10000"),
    ("award.eldercare.level", "2023-06-01", "level3", 1, 12, 0, 0, "20000"),
    ("award.eldercare.level", "2023-06-01", "level3", 2, 24, 20000, 0, "20000"),
    ("award.eldercare.level", "2023-06-01", "level2", 1, 12, 0, 0, "30000"),
    ("award.eldercare.level", "2023-06-01", "level2", 2, 24, 30000, 0, "30000"),
    ("award.eldercare.level", "2023-06-01", "level1", 1, 12, 0, 0, "40000"),
    ("award.eldercare.level", "2023-06-01", "level1", 2, 24, 40000, 0, "40000"),
    # --- a month short
    ("award.eldercare.level", "2023-06-01", "level5", 1, 11, 0, 0, "不"),
    ("award.eldercare.level", "2023-06-01", "level5", 2, 23, 5000, 0, "不"),
    # --- highest only: 五级 5,000 was paid, 四级 2 万 in all: 5,000 now, 1 万 next, 2 万 together
    ("award.eldercare.level", "2023-06-01", "level4", 1, 12, 0, 5000, "5000"),
    ("award.eldercare.level", "2023-06-01", "level4", 2, 24, 5000, 5000, "10000"),
    # --- 五级 was paid in full: the first part of 四级 is covered, the second comes whole
    ("award.eldercare.level", "2023-06-01", "level4", 1, 12, 0, 10000, "0"),
    ("award.eldercare.level", "2023-06-01", "level4", 2, 24, 0, 10000, "10000"),
    # --- filed again by another employer after both parts were paid: nothing
    ("award.eldercare.level", "2023-06-01", "level5", 1, 12, 0, 10000, "0"),
    # --- 入职奖励 over five years, not netted with anything
    ("award.eldercare.entry", "2023-06-01", "bachelor", 1, 12, 0, 0, "10000"),
    ("award.eldercare.entry", "2023-06-01", "college", 1, 12, 0, 0, "8000"),
    ("award.eldercare.entry", "2023-06-01", "secondary", 1, 12, 0, 0, "6000"),
    ("award.eldercare.entry", "2023-06-01", "bachelor", 5, 60, 40000, 0, "10000"),
    ("award.eldercare.entry", "2023-06-01", "bachelor", 5, 59, 40000, 0, "不"),
    # --- 学历继续教育 at once
    ("award.eldercare.education", "2023-06-01", "bachelor", 1, 0, 0, 0, "20000"),
    ("award.eldercare.education", "2023-06-01", "college", 1, 0, 0, 0, "16000"),
    # --- the days of a round: the last one, and the day after
    ("award.eldercare.level", "2023-12-31", "level5", 1, 12, 0, 0, "5000"),
    ("award.eldercare.level", "2024-01-01", "level5", 1, 12, 0, 0, "待确认"),
    ("award.eldercare.level", "2026-11-23", "level5", 1, 12, 0, 0, "待确认"),
    ("award.eldercare.entry", "2026-11-23", "bachelor", 1, 12, 0, 0, "待确认"),
    ("award.eldercare.education", "2026-11-23", "bachelor", 1, 0, 0, 0, "待确认"),
    # --- the demonstration is live today
    ("demonstration.award", "2026-11-23", "level5", 1, 12, 0, 0, "5000"),
    ("demonstration.award", "2026-11-23", "level3", 2, 24, 20000, 0, "20000"),
    ("demonstration.award", "2026-11-23", "level3", 1, 12, 0, 10000, "10000"),
    ("demonstration.award", "2026-11-23", "level3", 1, 11, 0, 0, "不"),
]


def decided(code, on, grade, part, served, paid, others, **changes):
    scheme = next(one for one in schemes_at_hand() if one.code == code and one.city_code == "350200")
    award = AwardFacts(
        grade=grade,
        instalment=part,
        service_months=served,
        filing_accepted=changes.pop("filing_accepted", True),
        award_paid_fen=paid * 100,
        award_other_fen=others * 100,
    )
    return scheme_decide(
        scheme, in_order(on, award=award, **changes), on=day(on), figures=figures_at_hand(scheme, on=day(on))
    )


def yuan(answer):
    if answer.outcome == "gap":
        return "待确认"
    return "不" if answer.outcome == "no" else str(answer.amount_fen // 100)


@pytest.mark.parametrize(("code", "on", "grade", "part", "served", "paid", "others", "expected"), AMOUNTS)
def test_what_each_part_brings(code, on, grade, part, served, paid, others, expected):
    assert yuan(decided(code, on, grade, part, served, paid, others)) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"filing_accepted": False}, "filing_accepted"),
        ({"certificate_valid": False}, "certificate_valid"),
        ({"identity_verified": False}, "identity"),
        ({"has_account": False}, "account"),
    ],
)
def test_what_stands_in_the_way_is_named(changes, reason):
    answer = decided("demonstration.award", "2026-11-23", "level5", 1, 12, 0, 0, **changes)
    assert answer.outcome == "no"
    assert [check.code for check in answer.decision.checks if check.passed is False] == [reason]


def test_a_decision_of_an_award_can_be_worked_out_again_years_later():
    answer = decided("demonstration.award", "2026-11-23", "level4", 2, 24, 5000, 5000)
    again = reproduce(to_json(answer.decision))
    assert (again.amount_fen, from_json(to_json(answer.decision)).amount_fen) == (WAN, WAN)


def test_the_unions_award_is_one_sum_that_another_body_pays():
    scheme = next(one for one in schemes_at_hand() if one.code == "award.union")
    figures = figures_at_hand(scheme, on=date(2025, 7, 31))
    found = {
        code.rsplit(".", 1)[1]: figure.amount_fen
        for code, figure in figures.items()
        if code.endswith(("level1", "level2", "technician"))
    }
    assert found == {"level2": 60_000, "level1": 80_000, "special_technician": 100_000, "chief_technician": 150_000}


@given(some.integers(1, 10**9), some.integers(1, 12))
def test_the_parts_add_up_to_the_whole(total, count):
    parts = [part_of(total, number, count) for number in range(1, count + 1)]
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


@given(some.integers(1, 10**9), some.integers(1, 12), some.integers(0, 10**9))
def test_what_is_paid_after_a_lower_level_never_passes_the_higher_whole(total, count, lower):
    paid = 0
    for number in range(1, count + 1):
        paid += owed(total, number, count, paid_fen=paid, other_fen=lower)
    assert paid == max(total - lower, 0)


@given(
    some.dates(date(2020, 1, 1), date(2024, 12, 31)),
    some.sets(some.integers(0, 47), max_size=48),
    some.integers(0, 1500),
)
def test_a_part_that_has_come_stands_on_enough_months_and_days(started, offsets, days):
    start = started.replace(day=1)
    confirmed = {list(months_between(start, start + timedelta(days=1600)))[one] for one in offsets}
    on = started + timedelta(days=days)
    for due in dues_of(started_on=started, months=confirmed, left_on=None, between=12, count=3):
        if due.is_reached(on):
            assert due.confirmed >= due.needed
            assert on >= due.earliest
