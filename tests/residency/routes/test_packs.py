"""How a city's routes come into force: refusals, freezing, two officers at once, what the database holds."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from residency.routes.base_loading import packs_of, routes_base_load
from residency.routes.errors import RouteError
from residency.routes.models import RoutePack
from residency.routes.rules.packs import pack_read
from residency.routes.selectors import edition_before, pack_on, packs_last, packs_on, packs_to_read, packs_waiting
from residency.routes.services import pack_draft, pack_draft_withdraw, pack_publish, pack_redraft
from residency.routes.services.packs import packs_load
from residency.routes.states import PackState
from tests.residency.routes.builders import (
    NOW,
    TODAY,
    a_condition_route,
    a_draft,
    a_policy_officer,
    a_published,
    plain_pack,
)
from tests.workers.builders import an_officer

pytestmark = pytest.mark.django_db


def refused(code, **publishing):
    """Publishing is refused with a code; nothing is published and no event says so."""
    with pytest.raises(RouteError) as refusal:
        pack_publish(at=NOW, **publishing)
    assert refusal.value.code == code
    assert not RoutePack.objects.filter(pk=publishing["pack_id"], state=PackState.PUBLISHED).exists()
    assert not AuditEvent.objects.filter(action="routes.pack.published").exists()
    return refusal.value.message


def test_a_pack_drafted_by_one_is_published_by_another():
    draft = a_draft()
    made = pack_publish(pack_id=draft.pk, actor=a_policy_officer(), at=NOW)
    assert made.state == PackState.PUBLISHED
    assert made.published_at == NOW
    assert pack_on(city="350200", on=TODAY) == made
    assert pack_read(made.content) == pack_read(plain_pack())


def test_whoever_drafted_it_cannot_publish_it():
    officer = a_policy_officer()
    refused("same_person", pack_id=a_draft(by=officer).pk, actor=officer)


def test_whoever_changed_it_last_is_its_drafter():
    first, second = a_policy_officer(), a_policy_officer()
    draft = a_draft(by=first)
    pack_redraft(pack_id=draft.pk, data=plain_pack(title="改过的"), actor=second, at=NOW)
    refused("same_person", pack_id=draft.pk, actor=second)
    assert pack_publish(pack_id=draft.pk, actor=first, at=NOW).title == "改过的"


def test_a_pack_whose_own_example_comes_out_otherwise_is_not_published():
    data = plain_pack()
    data["examples"][1]["total"] = 9
    draft = pack_draft(data=data, actor=a_policy_officer(), at=NOW)
    said = refused("unsound", pack_id=draft.pk, actor=a_policy_officer())
    assert "应得 9 分，算出来是 8 分" in said


def test_a_pack_that_cannot_be_read_is_kept_as_a_draft_and_not_published():
    draft = a_draft(routes=[a_condition_route() | {"kind": "lottery", "gates": {"kind": "dice"}}])
    assert draft.content["routes"][0]["kind"] == "lottery"
    refused("unsound", pack_id=draft.pk, actor=a_policy_officer())


def test_another_citys_pack_is_published_only_as_reference():
    draft = a_draft(city_code="310000", city_name="上海市")
    refused("other_city", pack_id=draft.pk, actor=a_policy_officer())
    made = a_published(city_code="310000", city_name="上海市", is_reference=True)
    assert made.is_reference
    assert packs_on(city="310000", on=TODAY) == []


def test_a_first_day_in_the_past_needs_a_reason():
    draft = a_draft(since="2026-01-01")
    refused("reason_missing", pack_id=draft.pk, actor=a_policy_officer(), reason=" ")
    assert pack_publish(pack_id=draft.pk, actor=a_policy_officer(), at=NOW, reason="补录").state == "published"


def test_only_policy_officers_draft_and_publish():
    with pytest.raises(PermissionDenied):
        pack_draft(data=plain_pack(), actor=an_officer(Role.OFFICER_REVIEW), at=NOW)
    assert RoutePack.objects.exists() is False
    draft = a_draft()
    with pytest.raises(PermissionDenied):
        pack_publish(pack_id=draft.pk, actor=an_officer(Role.OFFICER_REVIEW), at=NOW)
    draft.refresh_from_db()
    assert draft.is_draft


def test_the_edition_before_ends_the_day_before():
    first = a_published()
    second = a_published(edition="2026-12", since="2026-12-01")
    first.refresh_from_db()
    assert first.effective.upper == date(2026, 12, 1)
    assert pack_on(city="350200", on=date(2026, 11, 30)) == first
    assert pack_on(city="350200", on=date(2026, 12, 1)) == second
    assert edition_before(second) == first


def test_a_later_edition_is_not_run_over():
    a_published(edition="2026-12", since="2026-12-01")
    draft = a_draft()
    with pytest.raises(RouteError) as refusal:
        pack_publish(pack_id=draft.pk, actor=a_policy_officer(), at=NOW)
    assert refusal.value.code == "overlaps_later"
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_draft_changed_meanwhile_is_not_overwritten_and_not_published():
    draft = a_draft()
    seen = draft.digest
    pack_redraft(pack_id=draft.pk, data=plain_pack(title="另一位改的"), actor=a_policy_officer(), at=NOW, seen=seen)
    with pytest.raises(RouteError) as refusal:
        pack_redraft(pack_id=draft.pk, data=plain_pack(title="我改的"), actor=a_policy_officer(), at=NOW, seen=seen)
    assert refusal.value.code == "changed_since"
    refused("changed_since", pack_id=draft.pk, actor=a_policy_officer(), seen=seen)
    draft.refresh_from_db()
    assert draft.title == "另一位改的"


@pytest.mark.parametrize("missing", ["city_code", "code", "title", "edition", "since"])
def test_a_draft_says_at_least_what_it_is_of(missing):
    with pytest.raises(RouteError) as refusal:
        pack_draft(data=plain_pack(**{missing: None}), actor=a_policy_officer(), at=NOW)
    assert refusal.value.code == "unnamed"
    assert RoutePack.objects.exists() is False


def test_names_longer_than_their_columns_are_refused_and_not_cut():
    with pytest.raises(RouteError) as refusal:
        a_draft(title="长" * 121)
    assert refusal.value.code == "too_long"
    assert RoutePack.objects.exists() is False


def test_a_withdrawn_draft_stays_readable_and_cannot_be_changed():
    draft = a_draft()
    pack_draft_withdraw(pack_id=draft.pk, actor=a_policy_officer(), at=NOW)
    with pytest.raises(RouteError) as refusal:
        pack_redraft(pack_id=draft.pk, data=plain_pack(), actor=a_policy_officer(), at=NOW)
    assert refusal.value.code == "not_a_draft"


# --- what the database holds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"title": "改了"}, {"content": {}}, {"is_reference": True}, {"effective": period(date(2026, 11, 1))},
     {"effective": period(date(2026, 11, 24))}, {"state": "draft"}],
)  # fmt: skip
def test_the_database_keeps_what_was_published(change):
    made = a_published(until="2027-11-22")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutePack.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.delete()
    made.refresh_from_db()
    assert (made.title, made.effective.upper) == ("示例落户办法", date(2027, 11, 23))


def test_the_database_lets_a_pack_end_earlier():
    made = a_published()
    RoutePack.objects.filter(pk=made.pk).update(effective=period(date(2026, 11, 23), date(2026, 12, 31)))
    assert packs_on(city="350200", on=date(2027, 1, 1)) == []


def test_the_database_knows_one_pack_a_day_and_no_publisher_of_her_own_draft():
    made, draft = a_published(), a_draft(edition="别的")
    with pytest.raises(IntegrityError, match="route_pack_is_one_a_day"), transaction.atomic():
        RoutePack.objects.filter(pk=draft.pk).update(state="published", published_at=NOW)
    with pytest.raises(IntegrityError, match="route_pack_is_published_by_another"), transaction.atomic():
        RoutePack.objects.filter(pk=draft.pk).update(published_by=draft.drafted_by)
    assert packs_on(city="350200", on=TODAY) == [made]


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_publishing_at_once_one_is_told_why_not():
    drafts = [a_draft(edition=edition) for edition in ("甲", "乙")]
    officers = [a_policy_officer(), a_policy_officer()]
    start, told = threading.Barrier(2), []

    def publish(number):
        start.wait()
        try:
            pack_publish(pack_id=drafts[number].pk, actor=officers[number], at=NOW)
            told.append("published")
        except RouteError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["overlaps_later", "published"]
    assert RoutePack.objects.filter(state=PackState.PUBLISHED).count() == 1


# --- which pack holds -----------------------------------------------------------------------------------------------


def test_after_the_last_edition_there_is_no_pack_but_the_last_is_still_known():
    made = a_published(until="2026-12-31")
    assert pack_on(city="350200", on=date(2026, 12, 31)) == made
    assert pack_on(city="350200", on=date(2027, 1, 1)) is None
    assert packs_last(city="350200", on=date(2027, 1, 1)) == [made]
    assert packs_last(city="350200", on=date(2026, 11, 22)) == []


def test_schooling_drafts_and_other_cities_are_no_routes_of_residency():
    a_published(purpose="schooling")
    a_draft(code="draft")
    assert packs_on(city="350200", on=TODAY) == []
    assert pack_on(city="350500", on=TODAY) is None


def test_drafts_wait_for_whoever_did_not_write_them():
    draft = a_draft()
    assert list(packs_waiting(draft.drafted_by, on=TODAY)) == []
    assert list(packs_waiting(a_policy_officer(), on=TODAY)) == [draft]
    assert list(packs_waiting(an_officer(Role.OFFICER_REVIEW), on=TODAY)) == []
    assert list(packs_to_read(an_officer(Role.OFFICER_REVIEW), on=TODAY)) == [draft]
    assert list(packs_to_read(an_officer(Role.OFFICER_FINANCE), on=TODAY)) == []


# --- what comes with the platform -----------------------------------------------------------------------------------


def test_the_packs_of_the_platform_are_loaded_once_and_only_the_citys_own_answers():
    count = len(packs_of())
    assert routes_base_load(on=TODAY) == count
    assert routes_base_load(on=TODAY) == 0
    assert [row.code for row in packs_on(city="350200", on=TODAY)] == ["xiamen-2018"]
    others = RoutePack.objects.exclude(city_code="350200")
    assert others.exists()
    assert not others.filter(is_reference=False).exists()


def test_a_file_that_says_otherwise_than_its_row_stops_the_load():
    packs = packs_of()[:1]
    packs_load(packs=packs, at=NOW)
    changed = pack_read({**RoutePack.objects.get().content, "note": "改过的文件"})
    with pytest.raises(RouteError) as refusal:
        packs_load(packs=[changed], at=NOW)
    assert refusal.value.code == "pack_differs"
