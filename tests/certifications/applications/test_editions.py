"""Conditions are drafted by one officer, published by another, and then stay."""

from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from certifications.applications.base_loading import conditions_base_load
from certifications.applications.errors import ApplicationError
from certifications.applications.models import ConditionEdition, ConditionRoute
from certifications.applications.selectors import conditions_on, eligibility_of
from certifications.applications.services import (
    EditionEntry,
    RouteEntry,
    edition_draft,
    edition_publish,
    edition_verify,
)
from foundation.accounts.services import group_name
from foundation.accounts.states import Role
from foundation.policy.models import PolicyDocument
from tests.certifications.applications.builders import (
    HOME_SERVICE,
    INFANT_CARE,
    TODAY,
    a_job,
    an_occupation,
    base_loaded,
    somebody,
)
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, an_officer

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def conditions():
    base_loaded()
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    Group.objects.get_or_create(name=group_name(Role.OFFICER_POLICY))[0].permissions.add(access)


def an_entry(**more):
    given = {
        "title": "家政服务员申报条件（2027 年版）",
        "occupation_id": an_occupation(HOME_SERVICE).pk,
        "starts_on": TOMORROW,
        "document_id": PolicyDocument.objects.order_by("pk").first().pk,
        "provenance": "F-A",
        "names": [("related", "育婴员"), ("post", "月嫂")],
    }
    return EditionEntry(**(given | more))


THREE_YEARS = RouteEntry(level=5, wording="累计从事本职业工作 3 年", total_years=3, work_scope="self")


def a_draft(actor=None, **more):
    return edition_draft(
        entry=an_entry(**more), routes=[THREE_YEARS], actor=actor or an_officer(Role.OFFICER_POLICY), at=NOW
    )


def test_the_platforms_editions_are_loaded_once():
    assert conditions_base_load(on=TODAY) == 0
    assert ConditionEdition.objects.count() == 6
    assert ConditionEdition.objects.filter(verified_at__isnull=False).exists() is False


def test_another_officer_publishes_and_the_day_decides():
    worker, occupation = somebody(), an_occupation(HOME_SERVICE)
    a_job(worker, "2024-01-01", post="月嫂")
    draft = a_draft()
    assert conditions_on(occupation, 5, on=TOMORROW).title.startswith("通用")
    with pytest.raises(ApplicationError) as refusal:
        edition_publish(edition_id=draft.pk, actor=draft.drafted_by, at=NOW)
    assert refusal.value.code == "same_person"
    edition_publish(edition_id=draft.pk, actor=an_officer(Role.OFFICER_POLICY), at=NOW)

    def outcome(on):
        return eligibility_of(worker, occupation=occupation, work_type=None, level=5, on=on).decision.outcome.value

    assert (outcome(TODAY), outcome(TOMORROW), outcome(date(2027, 1, 1))) == ("yes", "no", "yes")
    assert ConditionEdition.objects.get(base_key="home-service-names").last_day == TODAY


def test_an_edition_that_begins_in_the_past_says_why():
    draft = a_draft(starts_on=date(2026, 1, 1))
    with pytest.raises(ApplicationError) as refusal:
        edition_publish(edition_id=draft.pk, actor=an_officer(Role.OFFICER_POLICY), at=NOW)
    assert refusal.value.code == "reason_missing"


@pytest.mark.parametrize(
    ("route", "code"),
    [
        (RouteEntry(level=5, wording="谁都行"), "asks_for_nothing"),
        (RouteEntry(level=5, wording="以后", total_years=1, years_after=2), "after_what"),
        (RouteEntry(level=5, wording="专业", total_years=1, is_major_needed=True), "which_diploma"),
        (RouteEntry(level=1, wording="一级", total_years=1), "level_unknown"),
    ],
)
def test_routes_that_make_no_sense_are_refused(route, code):
    with pytest.raises(ApplicationError) as refusal:
        edition_draft(entry=an_entry(), routes=[route], actor=an_officer(Role.OFFICER_POLICY), at=NOW)
    assert refusal.value.code == code
    assert ConditionEdition.objects.filter(status="draft").exists() is False


def test_only_policy_officers_write():
    with pytest.raises(PermissionDenied):
        a_draft(an_officer(Role.OFFICER_REVIEW))
    assert ConditionEdition.objects.filter(status="draft").exists() is False


def test_the_database_keeps_what_was_published():
    edition = ConditionEdition.objects.get(base_key="infant-care-2019")
    route = edition.routes.first()
    for act in (
        lambda: ConditionEdition.objects.filter(pk=edition.pk).update(title="改过"),
        lambda: ConditionRoute.objects.filter(pk=route.pk).update(total_years=9),
        route.delete,
        lambda: edition.names.create(kind="related", name="厨师"),
        edition.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert edition.routes.get(pk=route.pk).total_years == route.total_years


def test_a_comparison_with_the_original_is_recorded_once():
    edition = ConditionEdition.objects.get(base_key="infant-care-2019")
    officer = an_officer(Role.OFFICER_POLICY)
    edition_verify(edition_id=edition.pk, actor=officer, at=NOW, reason="职业标准原文")
    found = conditions_on(an_occupation(INFANT_CARE), 5, on=TODAY)
    assert all(route.verified for route in found.routes)
    with pytest.raises(ApplicationError) as refusal:
        edition_verify(edition_id=edition.pk, actor=officer, at=NOW, reason="再来一次")
    assert refusal.value.code == "already_verified"


def test_an_officer_drafts_on_the_screen_and_another_publishes():
    one, two = person(Role.OFFICER_POLICY), person(Role.OFFICER_POLICY)
    source = ConditionEdition.objects.get(base_key="infant-care-2019")
    page = signed_in(one).get(reverse("conditions:new"), {"from": source.pk})
    assert "累计从事本职业或相关职业工作 6 年" in page.content.decode()
    form, routes = page.context["form"], page.context["routes"]
    data = {**form.initial, "starts_on": "2099-01-01", "title": "育婴员申报条件（新版）"}
    data |= {
        f"form-{place}-{name}": value
        for place, row in enumerate(routes.initial)
        for name, value in row.items()
        if value not in {None, False}
    }
    data |= {
        "form-TOTAL_FORMS": len(routes.initial),
        "form-INITIAL_FORMS": len(routes.initial),
        "form-0-total_years": 2,
    }
    answer = signed_in(one).post(reverse("conditions:new"), {key: value for key, value in data.items() if value})
    draft = ConditionEdition.objects.get(status="draft")
    assert answer.url == reverse("conditions:page", args=[draft.pk])
    assert draft.routes.count() == source.routes.count()
    assert draft.routes.order_by("position").first().total_years == 2
    assert "核对无误，发布" not in signed_in(one).get(answer.url).content.decode()
    signed_in(two).post(reverse("conditions:publish", args=[draft.pk]))
    draft.refresh_from_db()
    source.refresh_from_db()
    assert (draft.status, draft.published_by, source.last_day) == ("published", two, date(2098, 12, 31))
