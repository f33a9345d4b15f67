"""Two officers bring a line of law into force; the one it follows ends the day before; nobody does it alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from courses.catalogue.models import WorkType
from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.policy.models import days
from foundation.policy.states import Unit
from subsidies.schemes.errors import SchemeError
from subsidies.schemes.models import OccupationFlag, Scheme
from subsidies.schemes.services import (
    FlagEntry,
    PaperEntry,
    SchemeEntry,
    fingerprint,
    flag_draft,
    flag_draft_withdraw,
    flag_publish,
    flags_publish,
    scheme_draft,
    scheme_draft_withdraw,
    scheme_publish,
    scheme_redraft,
)
from subsidies.schemes.states import SchemeState
from tests.certifications.certificates.builders_level import housekeeping
from tests.foundation.policy_builders import an_officer, somebody
from tests.subsidies.builders import CITY, a_figure, a_law, a_scheme

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
NEXT_YEAR = date(2027, 1, 1)
PAPERS = [PaperEntry("居民身份证", is_on_file=True), PaperEntry("收费票据")]


def an_entry(code="example.training", *, first=NEXT_YEAR, **fields):
    given = {
        "city_code": CITY,
        "code": code,
        "name": "示例补贴",
        "summary": "考到证书领钱。",
        "rule": "certificate",
        "family": "training",
        "fund": "employment",
        "payee": "worker",
        "subject": "certificate",
        "effective_from": first,
        "document_id": a_law().pk,
        "article": "第四条",
        "provenance": "F-A",
    }
    return SchemeEntry(**(given | fields))


def a_flag_entry(*, first=NEXT_YEAR, **fields):
    occupation, work_type = housekeeping()
    given = {
        "city_code": CITY,
        "occupation_id": occupation.pk,
        "work_type_id": work_type.pk,
        "level": 5,
        "flag": "shortage",
        "effective_from": first,
        "document_id": a_law().pk,
        "provenance": "F-A",
    }
    return FlagEntry(**(given | fields))


def a_draft(drafter=None, **fields):
    return scheme_draft(entry=an_entry(**fields), papers=PAPERS, actor=drafter or an_officer(), at=NOW)


@pytest.mark.django_db
def test_an_edition_published_by_another_officer_ends_the_former_one_the_day_before():
    former = a_scheme()
    draft, publisher = a_draft(), an_officer("王政")
    made = scheme_publish(scheme_id=draft.pk, actor=publisher, at=NOW)
    former.refresh_from_db()
    assert former.effective == days(date(2024, 1, 1), date(2026, 12, 31))
    assert (made.state, made.published_by, made.published_at) == (SchemeState.PUBLISHED, publisher, NOW)
    assert [(one.title, one.is_on_file) for one in made.papers.all()] == [("居民身份证", True), ("收费票据", False)]
    event = AuditEvent.objects.filter(action="schemes.scheme.published").get()
    assert event.actor == publisher
    assert event.data["closed"] == [former.pk]


@pytest.mark.django_db
def test_a_share_of_the_fee_is_published_only_with_a_receipt_among_its_papers():
    a_figure("example.assessment.fee.share", 80, unit=Unit.PERCENT)
    draft = a_draft(code="example.assessment", family="assessment")
    entry = an_entry("example.assessment", family="assessment")
    for papers in ([], [PaperEntry("收费票据", is_on_file=True)], [PaperEntry("收费票据", is_required=False)]):
        scheme_redraft(scheme_id=draft.pk, entry=entry, papers=papers, actor=an_officer(), at=NOW)
        with pytest.raises(SchemeError) as refusal:
            scheme_publish(scheme_id=draft.pk, actor=an_officer("王政"), at=NOW)
        assert refusal.value.code == "receipt_missing"
    scheme_redraft(scheme_id=draft.pk, entry=entry, papers=PAPERS, actor=an_officer(), at=NOW)
    assert scheme_publish(scheme_id=draft.pk, actor=an_officer("王政"), at=NOW).state == SchemeState.PUBLISHED


@pytest.mark.django_db
def test_nobody_publishes_a_draft_of_her_own():
    former, drafter = a_scheme(), an_officer()
    draft = a_draft(drafter)
    with pytest.raises(SchemeError) as refusal:
        scheme_publish(scheme_id=draft.pk, actor=drafter, at=NOW)
    assert refusal.value.code == "same_person"
    _nothing_happened(draft, former)


@pytest.mark.django_db
def test_whoever_changes_a_draft_becomes_its_drafter():
    second = an_officer("王政")
    draft = a_draft()
    scheme_redraft(scheme_id=draft.pk, entry=an_entry(name="新名称"), papers=[], actor=second, at=NOW)
    with pytest.raises(SchemeError, match="起草人不能发布自己起草的内容"):
        scheme_publish(scheme_id=draft.pk, actor=second, at=NOW)
    draft.refresh_from_db()
    assert (draft.name, draft.papers.count(), draft.state) == ("新名称", 0, SchemeState.DRAFT)


@pytest.mark.django_db
def test_a_draft_changed_since_it_was_looked_at_is_not_published():
    former, draft = a_scheme(), a_draft()
    seen = fingerprint(Scheme.objects.get(pk=draft.pk))
    scheme_redraft(scheme_id=draft.pk, entry=an_entry(), papers=PAPERS[:1], actor=an_officer("王政"), at=NOW)
    with pytest.raises(SchemeError) as refusal:
        scheme_publish(scheme_id=draft.pk, actor=an_officer("何政"), at=NOW, seen=seen)
    assert refusal.value.code == "changed_since"
    _nothing_happened(draft, former)


@pytest.mark.django_db
def test_a_day_already_past_needs_a_reason():
    draft = a_draft(code="example.other", first=date(2026, 1, 1))
    with pytest.raises(SchemeError) as refusal:
        scheme_publish(scheme_id=draft.pk, actor=an_officer("王政"), at=NOW)
    assert refusal.value.code == "reason_missing"
    made = scheme_publish(scheme_id=draft.pk, actor=an_officer("王政"), at=NOW, reason="文件自一月一日起执行")
    assert made.state == SchemeState.PUBLISHED


@pytest.mark.django_db
def test_an_edition_does_not_run_over_a_later_one():
    later = a_draft()
    scheme_publish(scheme_id=later.pk, actor=an_officer("王政"), at=NOW)
    draft = a_draft(first=date(2026, 12, 1))
    with pytest.raises(SchemeError) as refusal:
        scheme_publish(scheme_id=draft.pk, actor=an_officer("王政"), at=NOW)
    assert refusal.value.code == "overlaps_later"
    draft.refresh_from_db()
    assert draft.state == SchemeState.DRAFT


@pytest.mark.django_db
def test_only_a_draft_is_published_changed_or_withdrawn():
    draft = a_draft()
    scheme_draft_withdraw(scheme_id=draft.pk, actor=an_officer("王政"), at=NOW, reason="写错了")
    for act in (scheme_publish, scheme_draft_withdraw):
        with pytest.raises(SchemeError, match="只有草稿可以修改、发布或撤回"):
            act(scheme_id=draft.pk, actor=an_officer("何政"), at=NOW)
    draft.refresh_from_db()
    assert draft.state == SchemeState.WITHDRAWN


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OFFICER_REVIEW, Role.OFFICER_FINANCE, Role.AUDITOR])
def test_only_policy_officers_draft_and_publish(role):
    draft, other = a_draft(), somebody(role)
    with pytest.raises(PermissionDenied):
        scheme_draft(entry=an_entry(), papers=[], actor=other, at=NOW)
    with pytest.raises(PermissionDenied):
        scheme_publish(scheme_id=draft.pk, actor=other, at=NOW)
    assert Scheme.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "code"),
    [({"effective_to": date(2026, 1, 1)}, "ends_before_it_begins"), ({"name": " "}, "invalid")],
)
def test_a_draft_that_makes_no_sense_is_refused_in_words(fields, code):
    with pytest.raises(SchemeError) as refusal:
        scheme_draft(entry=an_entry(**fields), papers=[], actor=an_officer(), at=NOW)
    assert refusal.value.code == code
    assert Scheme.objects.exists() is False


@pytest.mark.django_db
def test_a_demonstration_stays_one_and_a_real_scheme_does_not_become_one():
    a_scheme("demonstration.training", is_demonstration=True)
    assert a_draft(code="demonstration.training").is_demonstration is True
    assert a_draft(code="example.new").is_demonstration is False


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_publish_at_the_same_second_publish_once():
    former, draft = a_scheme(), a_draft()
    officers = [an_officer("王政"), an_officer("何政")]
    gate = Barrier(2)

    def publish(officer):
        gate.wait(timeout=10)
        try:
            scheme_publish(scheme_id=draft.pk, actor=officer, at=NOW)
        except SchemeError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(publish, officers))
    assert results == ["not_a_draft", "published"]
    former.refresh_from_db()
    assert former.effective.upper == NEXT_YEAR
    assert AuditEvent.objects.filter(action="schemes.scheme.published").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_first_editions_of_one_code_at_the_same_second_leave_one():
    drafts = [a_draft(), a_draft()]
    officer, gate = an_officer("王政"), Barrier(2)

    def publish(draft):
        gate.wait(timeout=10)
        try:
            scheme_publish(scheme_id=draft.pk, actor=officer, at=NOW)
        except SchemeError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(publish, drafts))
    assert results == ["overlaps_later", "published"]


@pytest.mark.django_db
def test_lines_of_the_catalogue_are_published_together_or_not_at_all():
    drafter, publisher = an_officer(), an_officer("王政")
    good = flag_draft(entry=a_flag_entry(), actor=drafter, at=NOW)
    own = flag_draft(entry=a_flag_entry(flag="key_occupation"), actor=publisher, at=NOW)
    with pytest.raises(SchemeError) as refusal:
        flags_publish(flag_ids=[good.pk, own.pk], actor=publisher, at=NOW)
    assert refusal.value.code == "same_person"
    assert OccupationFlag.objects.filter(state=SchemeState.PUBLISHED).exists() is False
    flags_publish(flag_ids=[good.pk], actor=publisher, at=NOW, seen={good.pk: fingerprint(good)})
    later = flag_draft(entry=a_flag_entry(first=date(2028, 1, 1)), actor=drafter, at=NOW)
    flag_publish(flag_id=later.pk, actor=publisher, at=NOW)
    good.refresh_from_db()
    assert good.effective == days(NEXT_YEAR, date(2027, 12, 31))


@pytest.mark.django_db
def test_a_work_type_of_another_occupation_is_refused():
    occupation, _work_type = housekeeping()
    stranger = WorkType.objects.exclude(occupation=occupation).first()
    if stranger is None:
        other = type(occupation).objects.create(code="4-10-01-02", name="别的职业", source="示例", provenance="F-A")
        stranger = WorkType.objects.create(occupation=other, name="别的工种")
    with pytest.raises(SchemeError) as refusal:
        flag_draft(entry=a_flag_entry(work_type_id=stranger.pk), actor=an_officer(), at=NOW)
    assert refusal.value.code == "other_occupation"
    assert OccupationFlag.objects.exists() is False


@pytest.mark.django_db
def test_a_withdrawn_line_and_an_empty_choice_are_not_published():
    line = flag_draft(entry=a_flag_entry(), actor=an_officer(), at=NOW)
    flag_draft_withdraw(flag_id=line.pk, actor=an_officer("王政"), at=NOW)
    for chosen, code in (([line.pk], "not_a_draft"), ([], "nothing_chosen")):
        with pytest.raises(SchemeError) as refusal:
            flags_publish(flag_ids=chosen, actor=an_officer("何政"), at=NOW)
        assert refusal.value.code == code


def _nothing_happened(draft, former):
    draft.refresh_from_db()
    former.refresh_from_db()
    assert (draft.state, draft.published_by) == (SchemeState.DRAFT, None)
    assert former.effective.upper is None
    assert AuditEvent.objects.filter(action="schemes.scheme.published").exists() is False
