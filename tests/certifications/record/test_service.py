"""Years in the trade: what counts, what somebody stands for, where the gaps and the overlaps are.

Each row is a file in short: jobs as ``first..last employer post`` with marks, insured months as ``month..month code``.
The months are counted by hand beside each row.
"""

from datetime import date

import pytest

from certifications.applications.rules.periods import Span, months_later, span_of
from certifications.record.rules.service import Insured, Job, Service, years_of_service

ON = date(2026, 11, 23)
BORN = date(1978, 5, 6)
CARE, HOME = "4-10-01-05", "4-10-01-06"
A, B = "91350200MA00000001", "91350200MA00000002"


def job(first: str, last: str = "", *, at: str = "甲公司", code: str = A, trade: str = CARE, sure: bool = False) -> Job:
    ends = date.fromisoformat(last) if last else None
    return Job(span_of(date.fromisoformat(first), ends), at, code, trade, sure)


def paid(first: str, last: str = "", *, code: str = A, late: bool = False) -> list[Insured]:
    """Months from the first to the last, both included."""
    months, month = [], date.fromisoformat(f"{first}-01")
    until = date.fromisoformat(f"{last or first}-01")
    while month <= until:
        months.append(Insured(month, code, late))
        month = months_later(month, 1)
    return months


def other(first: str, last: str = "", *, trade: str = CARE, sure: bool = False) -> Job:
    return job(first, last, at="乙公司", code=B, trade=trade, sure=sure)


def household(first: str, last: str = "", *, sure: bool = False) -> Job:
    return job(first, last, at="家庭雇主", code="", trade=HOME, sure=sure)


ROWS = [
    # what it is about, jobs, insured months, months in all, months guaranteed
    ("nothing on file", [], [], 0, 0),
    ("one year that an officer has confirmed", [job("2024-01-01", "2024-12-31", sure=True)], [], 12, 12),
    ("one year that only she tells of", [job("2024-01-01", "2024-12-31")], [], 12, 0),
    ("half of a year insured", [job("2024-01-01", "2024-12-31")], paid("2024-01", "2024-06"), 12, 6),
    ("a month of two kinds of insurance counts once",
     [job("2024-01-01", "2024-02-29")], paid("2024-01", "2024-02") * 2, 2, 2),
    ("two jobs in the same half year", [job("2024-01-01", "2024-06-30"), other("2024-01-01", "2024-06-30")], [], 6, 0),
    # January to April and March to June: six months, not eight.
    ("two jobs that share two months", [job("2024-01-01", "2024-04-30"), other("2024-03-01", "2024-06-30")], [], 6, 0),
    ("a confirmed job inside a declared one",
     [job("2024-01-01", "2024-12-31"), other("2024-03-01", "2024-05-31", sure=True)], [], 12, 3),
    ("a household employer pays no insurance", [household("2023-01-01", "2024-12-31")], [], 24, 0),
    ("a household's contract that was seen", [household("2023-01-01", "2024-12-31", sure=True)], [], 24, 24),
    ("what she paid by herself names no employer",
     [household("2023-01-01", "2023-12-31")], paid("2023-01", "2023-12", code=""), 12, 0),
    ("months paid for afterwards", [job("2024-01-01", "2024-12-31")], paid("2024-01", "2024-12", late=True), 12, 0),
    ("a month paid in time and again afterwards",
     [job("2024-01-01", "2024-12-31")], paid("2024-01", "2024-03") + paid("2024-03", "2024-12", late=True), 12, 3),
    ("back-paid months without a job are no work at all", [], paid("2024-01", "2024-06", late=True), 0, 0),
    ("a gap of one month is left out", [job("2024-01-01", "2024-03-31"), job("2024-05-01", "2024-06-30")], [], 5, 0),
    # The last day is the 22nd of November 2026: 2025-11-23 to 2026-11-23 is one year to the day.
    ("a job that goes on counts up to today", [job("2025-11-23", sure=True)], [], 12, 12),
    ("a job that begins today counts nothing yet", [job("2026-11-23", sure=True)], [], 0, 0),
    ("what lies ahead does not count", [job("2026-01-23", "2027-12-31", sure=True)], [], 10, 10),
    # She turns sixteen on 1994-05-06: 1994-05-06 to 1994-12-06 is seven months, the days left over are 25.
    ("a job before sixteen counts from the birthday", [job("1994-01-01", "1994-12-30", sure=True)], [], 7, 7),
    ("a job wholly before sixteen", [job("1993-01-01", "1993-12-31", sure=True)], [], 0, 0),
    # 12 days of March and 18 of April make thirty: one month.
    ("broken months add up by thirty days",
     [job("2024-03-20", "2024-03-31"), job("2024-05-01", "2024-05-18")], [], 1, 0),
    ("twenty-nine days are no month", [job("2024-03-20", "2024-03-31"), job("2024-05-01", "2024-05-17")], [], 0, 0),
    ("February of a leap year is one month", [job("2024-02-01", "2024-02-29", sure=True)], [], 1, 1),
    # The job begins on the 16th: of that month's insurance half a month lies in the job. 15 March .. 15 June is three.
    ("insurance counts inside the job only", [job("2024-03-16", "2024-06-15")], paid("2024-03", "2024-06"), 3, 3),
    ("another employer's insurance guarantees the months, as work elsewhere",
     [job("2024-01-01", "2024-12-31")], paid("2024-01", "2024-12", code=B), 12, 12),
    ("insured months of an employer she has not told of", [], paid("2024-01", "2024-04"), 4, 4),
    ("insured months that follow the job she told",
     [job("2024-01-01", "2024-02-29")], paid("2024-01", "2024-04"), 4, 4),
    ("declared, insured and confirmed together",
     # 2020 declared, 2021 insured, 2022 confirmed: three years, two of them guaranteed.
     [household("2020-01-01", "2020-12-31"), job("2021-01-01", "2021-12-31"),
      other("2022-01-01", "2022-12-31", sure=True)],
     paid("2021-01", "2021-12"), 36, 24),
]  # fmt: skip


@pytest.mark.parametrize(("about", "jobs", "insured", "months", "guaranteed"), ROWS, ids=[row[0] for row in ROWS])
def test_months_count_once_and_only_what_somebody_stands_for_is_guaranteed(about, jobs, insured, months, guaranteed):
    total = years_of_service(jobs, insured, on=ON, born=BORN).total
    assert (total.months, total.guaranteed, total.declared) == (months, guaranteed, months - guaranteed)


def test_each_occupation_is_counted_by_itself_and_what_names_none_is_no_trade():
    found = years_of_service(
        [
            job("2020-01-01", "2020-12-31", sure=True),
            other("2020-07-01", "2021-06-30", trade=HOME),
            job("2022-01-01", "2022-12-31", at="超市", code="", trade="", sure=True),
        ],
        [],
        on=ON,
        born=BORN,
    )
    # Care 12; home 12; together 18, because they share July to December 2020; the shop makes it 30 in all.
    months = {code: (tally.months, tally.guaranteed) for code, tally in found.occupations.items()}
    assert months == {CARE: (12, 12), HOME: (12, 0)}
    assert (found.trade.months, found.trade.guaranteed) == (18, 12)
    assert (found.total.months, found.total.guaranteed) == (30, 24)
    assert found.trade.since == date(2020, 1, 1)


def test_insurance_of_an_unknown_employer_is_work_but_of_no_trade():
    found = years_of_service([], paid("2024-01", "2024-04"), on=ON, born=BORN)
    assert (found.total.months, found.trade.months, found.unplaced_months) == (4, 0, 4)
    assert found.occupations == {}


GAPS = [
    ("no day between", "2024-03-31", "2024-04-01", []),
    ("three weeks are no gap", "2024-03-31", "2024-04-22", []),
    ("a whole month", "2024-03-31", "2024-05-01", [("2024-04-01", "2024-04-30", 1)]),
    ("a year and a day", "2024-03-31", "2025-04-02", [("2024-04-01", "2025-04-01", 12)]),
]


@pytest.mark.parametrize(("about", "ends", "begins", "told"), GAPS, ids=[row[0] for row in GAPS])
def test_a_gap_of_a_month_or_more_is_listed_with_its_days(about, ends, begins, told):
    found = years_of_service([job("2023-01-01", ends), job(begins, "2025-12-31")], [], on=ON, born=BORN)
    assert [(str(gap.first), str(gap.last), gap.months) for gap in found.gaps] == told


OVERLAPS = [
    ("one after the other", "2024-04-30", "2024-05-01", "", []),
    ("one day together", "2024-04-30", "2024-04-30", "2024-12-31", [("2024-04-30", "2024-04-30")]),
    ("two months together", "2024-04-30", "2024-03-01", "2024-12-31", [("2024-03-01", "2024-04-30")]),
    ("both go on: until yesterday", "", "2026-11-01", "", [("2026-11-01", "2026-11-22")]),
]


@pytest.mark.parametrize(("about", "ends", "begins", "until", "told"), OVERLAPS, ids=[row[0] for row in OVERLAPS])
def test_days_at_two_employers_are_listed(about, ends, begins, until, told):
    jobs = [job("2024-01-01", ends), other(begins, until)]
    found = years_of_service(jobs, [], on=ON, born=BORN)
    assert [(str(one.first), str(one.last)) for one in found.overlaps] == told
    assert {one.employers for one in found.overlaps} <= {("甲公司", "乙公司")}


def test_a_job_and_insurance_elsewhere_in_the_same_months_overlap():
    found = years_of_service([household("2024-01-01", "2024-06-30")], paid("2024-03", "2024-04"), on=ON, born=BORN)
    assert [(one.first, one.last, one.employers) for one in found.overlaps] == [
        (date(2024, 3, 1), date(2024, 4, 30), ("家庭雇主", A))
    ]


def test_back_paid_months_are_counted_apart_each_once():
    months = paid("2024-01", "2024-03", late=True) * 2 + paid("2024-03")
    found = years_of_service([job("2024-01-01", "2024-12-31")], months, on=ON, born=BORN)
    assert found.back_paid_months == 2


def test_months_in_all_and_guaranteed_make_up_the_whole_whatever_the_broken_days():
    found: Service = years_of_service([job("2024-01-20", "2024-03-10")], paid("2024-02"), on=ON, born=BORN)
    assert (found.total.months, found.total.guaranteed, found.total.declared) == (1, 1, 0)
    assert found.total.spans == (Span(date(2024, 1, 20), date(2024, 3, 11)),)
