"""The record as it is read: lines of every kind, who stands for them, and who may see them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from certifications.record.selectors import skill_record_of, trade_named
from certifications.record.states import AskState
from tests.certifications.applications.builders import (
    CODE,
    ELDERLY_CARE,
    HOME_SERVICE,
    INFANT_CARE,
    a_certificate,
    a_diploma,
    a_job,
    base_loaded,
    insured,
    somebody,
)
from tests.workers.builders import NOW, TODAY, a_worker, an_officer
from workers.models import SkillRecordEntry, Worker
from workers.services import SkillEntry, line_confirm, skill_record_write
from workers.states import HoursKind, SkillKind, SkillState

pytestmark = pytest.mark.django_db


def some_hours(worker: Worker, hours: str, kind: HoursKind = HoursKind.THEORY) -> SkillRecordEntry:
    at = timezone.make_aware(datetime(2026, 3, 1, 12))
    entry = SkillEntry(
        kind=SkillKind.TRAINING_HOURS,
        title="养老护理员五级班",
        issued_on=date(2026, 3, 1),
        issuer_name="厦门示例培训学校",
        source="班次结业认定",
        occupation_code=ELDERLY_CARE,
        occupation_name="养老护理员",
        hours=Decimal(hours),
        hours_kind=kind,
        confirmed_at=at,
    )
    reference = f"completion.enrolment:{worker.pk}:{kind}"
    return skill_record_write(worker=worker, reference=reference, entry=entry, actor=None, at=at)


def test_every_kind_of_line_says_who_stands_for_it_and_since_when():
    base_loaded()
    worker, officer = somebody(), an_officer()
    a_certificate(worker, 4, "2024-05-01", name="养老护理员", code=ELDERLY_CARE)
    a_certificate(worker, 3, "2025-05-01", name="养老护理员", code=ELDERLY_CARE, sure=False)
    some_hours(worker, "40.5")
    some_hours(worker, "24", HoursKind.PRACTICE)
    some_hours(worker, "8", HoursKind.WORKPLACE)
    a_diploma(worker, "college", "2000-06-30")
    job = a_job(worker, "2023-01-01", "2023-12-31", post="养老护理员", code=CODE, sure=False)
    line_confirm(kind="employment", line_id=job.pk, reason="看过劳动合同原件", actor=officer, at=NOW)
    record = skill_record_of(worker, on=TODAY)
    told = {(one.level, one.standing, one.confirmed_on) for one in record.certificates}
    assert told == {(4, "guaranteed", TODAY), (3, "declared", None)}
    top = record.top_levels[ELDERLY_CARE]
    assert (top.guaranteed.level, top.declared.level, top.shown.level) == (4, 3, 4)
    assert {kind: record.hours_of(kind) for kind in HoursKind} == {
        "theory": Decimal("40.5"), "practice": Decimal(24), "workplace": Decimal(8),
    }  # fmt: skip
    assert {line.hours_kind for line in record.practice} == {"practice", "workplace"}
    (line,) = record.employment
    assert (line.confirmed_by, line.ask, line.ends_on) == ("厦门市示例人社局", AskState.CONFIRMED, date(2023, 12, 31))
    assert (line.trade, record.trades[line.trade]) == (ELDERLY_CARE, "养老护理员")
    assert record.education[0].level == "college"
    assert (record.service.total.months, record.service.total.guaranteed) == (12, 12)


POSTS = [
    ("养老护理员", ELDERLY_CARE),
    ("高级 养老护理员", ELDERLY_CARE),
    ("母婴护理员", HOME_SERVICE),
    ("家政服务员", HOME_SERVICE),
    ("育婴员", INFANT_CARE),
    ("收银员", ""),
    ("", ""),
]


@pytest.mark.parametrize(("post", "code"), POSTS)
def test_a_post_belongs_to_the_occupation_it_names_by_the_longest_name(post, code):
    names = {"养老护理员": ELDERLY_CARE, "母婴护理员": HOME_SERVICE, "家政服务员": HOME_SERVICE, "育婴员": INFANT_CARE,
             "护理员": "4-10-01-09"}  # fmt: skip
    assert trade_named(post, names) == code


def test_revoked_lines_stay_with_their_state_and_give_no_level():
    worker = somebody()
    a_certificate(worker, 3, "2025-05-01", code=INFANT_CARE, state=SkillState.REVOKED)
    record = skill_record_of(worker, on=TODAY)
    assert [(one.state, one.is_counted) for one in record.certificates] == [("revoked", False)]
    assert record.top_levels == {}


def test_the_levels_above_the_first_stand_above_it():
    worker = somebody()
    a_certificate(worker, 1, "2020-05-01", code=ELDERLY_CARE)
    a_certificate(worker, 7, "2024-05-01", code=ELDERLY_CARE)
    assert skill_record_of(worker, on=TODAY).top_levels[ELDERLY_CARE].shown.level == 7


def test_an_account_not_proven_hers_sees_only_what_it_entered_itself():
    worker = a_worker()
    a_certificate(worker, 4, "2024-05-01")
    a_job(worker, "2023-01-01", "2023-12-31")
    insured(worker, "2023-01", "2023-02")
    assert worker.user is not None
    mine = skill_record_of(worker, on=TODAY, viewer=worker.user)
    assert (mine.is_limited, mine.is_empty, mine.service.total.months) == (True, True, 0)
    whole = skill_record_of(worker, on=TODAY, viewer=an_officer())
    assert (len(whole.certificates), len(whole.employment), whole.insured) == (1, 1, {"pension": 2})


def test_withdrawn_lines_are_left_out():
    worker = somebody()
    job = a_job(worker, "2023-01-01", "2023-12-31")
    type(job).objects.filter(pk=job.pk).update(withdrawn_at=NOW, withdrawn_reason="重复")
    record = skill_record_of(worker, on=TODAY)
    assert (record.employment, record.service.total.months) == ((), 0)


def test_a_long_record_takes_no_more_queries_than_a_short_one(django_assert_max_num_queries):
    worker, officer = somebody(), an_officer()
    for year in range(2000, 2020):
        a_job(worker, f"{year}-01-01", f"{year}-12-31")
        a_certificate(worker, 5, f"{year}-05-01")
    with django_assert_max_num_queries(10):
        record = skill_record_of(worker, on=TODAY, viewer=officer)
    assert len(record.employment) == len(record.certificates) == 20
