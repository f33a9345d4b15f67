"""What is done for many at once refuses like what is done for one: for the wrong person, and for one bad line."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from PIL import Image

from courses.attendance.errors import AttendanceError
from courses.attendance.models import Attendance
from courses.attendance.services import registers_enter
from courses.attendance.states import AttendanceState
from courses.classes.errors import EnrolmentError
from courses.classes.models import Enrolment
from courses.classes.services.enrolment_confirming import enrolments_confirm
from courses.classes.states import EnrolmentState
from foundation.accounts.states import Role
from foundation.database import period
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim
from subsidies.claims.services import claims_submit
from subsidies.schemes.models import SchemePaper
from tests.courses.attendance.builders import STARTS, a_session, people, the_figures
from tests.courses.builders import a_class_run, a_school, an_enrolment, school_staff
from tests.portal.people import person
from tests.security.walking import state
from tests.subsidies.builders import a_claimant, a_level_certificate, a_scheme, an_account_number, another
from tests.workers.builders import NOW, TODAY, a_worker, an_officer
from workers.errors import WorkerError
from workers.models import PersonGroup, Worker
from workers.services import groups_add_many, identities_confirm_many, photos_set_many, profiles_fill_many
from workers.services.many import GroupEntry, ProfileEntry

pytestmark = pytest.mark.django_db
SINCE = date(2025, 3, 1)
STRANGERS = [Role.WORKER, Role.SCHOOL_STAFF, Role.OFFICER_FINANCE, Role.AUDITOR]


def refused(error, work, *args, **fields):
    """The refusal; nothing at all has changed, on the trail either."""
    before = state()
    with pytest.raises(error) as refusal:
        work(*args, **fields)
    assert state() == before
    return getattr(refusal.value, "code", None)


# --- files of workers ------------------------------------------------------------------------------------------------


@pytest.fixture
def two():
    PersonGroup.objects.create(
        code="example", name="示例人员", effective=period(date(2020, 1, 1)), source="示例", provenance="official"
    )
    return [a_worker(), a_worker()]


def a_picture():
    content = BytesIO()
    Image.new("RGB", (358, 441), "white").save(content, "JPEG")
    return ContentFile(content.getvalue(), "photo.jpg")


def ways(workers):
    """Each service with what it takes for these people."""
    ids = [worker.pk for worker in workers]
    return {
        identities_confirm_many: {"worker_ids": ids, "reason": "到校核对原件"},
        profiles_fill_many: {"entries": [ProfileEntry(pk, "350203") for pk in ids]},
        groups_add_many: {"entries": [GroupEntry(pk, "example", SINCE) for pk in ids], "guaranteed_by": "登记表"},
        photos_set_many: {"photos": {pk: a_picture() for pk in ids}},
    }


def test_an_officer_of_the_counter_does_it_for_all(two):
    for work, fields in ways(two).items():
        assert work(**fields, actor=an_officer(), at=NOW) == 2, work.__name__
    assert set(Worker.objects.values_list("identity_state", "district_code")) == {("verified", "350203")}


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_touches_files(two, role):
    actor = person(role)
    for work, fields in ways(two).items():
        refused(PermissionDenied, work, **fields, actor=actor, at=NOW)


def test_an_officer_s_own_file_among_them_stops_all(two):
    officer = an_officer()
    own = a_worker(user=officer)
    for work, fields in ways([*two, own]).items():
        refused(PermissionDenied, work, **fields, actor=officer, at=NOW)


def test_one_wrong_district_or_account_stops_all_profiles(two):
    good, bad = two
    for code, wrong in {
        "district_unknown": ProfileEntry(bad.pk, "999999"),
        "account_invalid": ProfileEntry(bad.pk, "350203", "1234567890123456"),
    }.items():
        entries = [ProfileEntry(good.pk, "350203", an_account_number()), wrong]
        assert refused(WorkerError, profiles_fill_many, entries=entries, actor=an_officer(), at=NOW) == code


def test_one_wrong_group_or_day_stops_all_groups(two):
    good, bad = two
    for code, wrong in {
        "group_unknown": GroupEntry(bad.pk, "nobody", SINCE),
        "starts_in_future": GroupEntry(bad.pk, "example", TODAY + timedelta(days=1)),
        "overlap": GroupEntry(good.pk, "example", SINCE + timedelta(days=1)),
    }.items():
        entries = [GroupEntry(good.pk, "example", SINCE), wrong]
        given = {"entries": entries, "guaranteed_by": "登记表", "actor": an_officer(), "at": NOW}
        assert refused(WorkerError, groups_add_many, **given) == code


def test_one_file_that_is_no_picture_stops_all_photos(two):
    photos = {two[0].pk: a_picture(), two[1].pk: ContentFile(b"<html>", "photo.jpg")}
    refused(WorkerError, photos_set_many, photos=photos, actor=an_officer(), at=NOW)


def test_without_a_reason_nobody_is_confirmed_or_put_into_a_group(two):
    for work, name in ((identities_confirm_many, "reason"), (groups_add_many, "guaranteed_by")):
        fields = ways(two)[work] | {name: "  "}
        assert refused(WorkerError, work, **fields, actor=an_officer(), at=NOW) == "reason_missing"


# --- a class: confirming, keying in the paper rosters ---------------------------------------------------------------


@pytest.fixture
def invited():
    run = a_class_run()
    return [an_enrolment(run, state=EnrolmentState.INVITED, confirmed_at=None) for _n in range(2)]


def confirm(places, actor, **fields):
    given = {
        "class_run_id": places[0].class_run_id,
        "enrolment_ids": [one.pk for one in places],
        "note": "档案柜 3 号",
        "actor": actor,
        "at": NOW,
    }
    return enrolments_confirm(**(given | fields))


def test_a_school_confirms_its_own_people_and_nobody_else_s(invited):
    staff = school_staff(invited[0].class_run.school)
    elsewhere = an_enrolment(state=EnrolmentState.INVITED, confirmed_at=None)
    assert confirm(invited, staff, enrolment_ids=[*(one.pk for one in invited), elsewhere.pk]) == 2
    elsewhere.refresh_from_db()
    assert elsewhere.state == EnrolmentState.INVITED


@pytest.mark.parametrize("role", [*STRANGERS, Role.TEACHER])
def test_another_school_and_other_offices_confirm_nobody(invited, role):
    actor = school_staff(a_school(), role=role) if role in {Role.SCHOOL_STAFF, Role.TEACHER} else person(role)
    refused(PermissionDenied, confirm, invited, actor)


def test_one_place_kept_too_long_stops_all(invited):
    staff = school_staff(invited[0].class_run.school)
    Enrolment.objects.filter(pk=invited[1].pk).update(confirm_by=TODAY - timedelta(days=1))
    assert refused(EnrolmentError, confirm, invited, staff) == "late"
    assert refused(EnrolmentError, confirm, invited[:1], staff, note=" ") == "note_missing"


def test_one_person_who_sits_elsewhere_at_these_hours_stops_all(invited):
    staff = school_staff(invited[0].class_run.school)
    other = an_enrolment(worker=invited[1].worker)
    a_session(invited[0].class_run)
    a_session(other.class_run)
    assert refused(EnrolmentError, confirm, invited, staff) == "overlap"


@pytest.fixture
def taught():
    """Two sessions of a class that are over, and two people."""
    the_figures()
    run = a_class_run()
    sessions = [a_session(run, starts_at=STARTS + timedelta(days=day)) for day in (0, 1)]
    return sessions, people(run, 2)


def enter(sessions, places, actor, **fields):
    papers = {session.pk: {one.pk: AttendanceState.PRESENT for one in places} for session in sessions}
    given = {"class_run_id": sessions[0].class_run_id, "papers": papers, "reason": "教室没有信号", "actor": actor}
    return registers_enter(**(given | {"at": STARTS + timedelta(days=2)} | fields))


def test_a_school_keys_in_its_own_rosters(taught):
    sessions, places = taught
    assert enter(sessions, places, school_staff(sessions[0].class_run.school)) == 4
    assert Attendance.objects.filter(state=AttendanceState.PRESENT).count() == 4


def test_nobody_else_keys_in_rosters(taught):
    sessions, places = taught
    colleague = school_staff(sessions[0].class_run.school, role=Role.TEACHER)
    for actor in (school_staff(a_school()), colleague, *(person(role) for role in STRANGERS)):
        refused(PermissionDenied, enter, sessions, places, actor)


def test_one_bad_session_or_person_stops_all_rosters(taught):
    sessions, places = taught
    staff = school_staff(sessions[0].class_run.school)
    other = a_session()
    codes = {
        "not_begun": refused(AttendanceError, enter, sessions, places, staff, at=STARTS + timedelta(hours=9)),
        "not_in_class": refused(AttendanceError, enter, sessions, [*places, an_enrolment()], staff),
        "no_session": refused(AttendanceError, enter, [*sessions, other], places, staff),
        "reason_missing": refused(AttendanceError, enter, sessions, places, staff, reason=" "),
    }
    enter(sessions[1:], places, staff)
    codes["finished"] = refused(AttendanceError, enter, sessions, places, staff)
    assert codes == {code: code for code in codes}


# --- claims at the counter -------------------------------------------------------------------------------------------


def claim(certificates, actor, scheme=None):
    pks = [one.pk for one in certificates]
    return claims_submit(
        scheme_id=(scheme or a_scheme()).pk, field="level_certificate", pks=pks, actor=actor, at=NOW
    )  # fmt: skip


@pytest.mark.parametrize("role", [*STRANGERS, Role.OFFICER_REVIEW])
def test_only_the_counter_claims_for_many(role):
    a_scheme()
    refused(PermissionDenied, claim, [a_level_certificate(), a_level_certificate()], person(role))


def test_an_officer_s_own_certificate_among_them_stops_all():
    a_scheme()
    officer = another(Role.OFFICER_INTAKE)
    own = a_claimant()
    Worker.objects.filter(pk=own.pk).update(user=officer)
    own.refresh_from_db()
    refused(PermissionDenied, claim, [a_level_certificate(), a_level_certificate(own)], officer)


def test_whoever_cannot_claim_is_named_and_keeps_nobody_back():
    officer, good = another(Role.OFFICER_INTAKE), a_level_certificate()
    before, twice = a_level_certificate(), a_level_certificate()
    second = a_level_certificate(twice.worker)
    poor, other_level = a_level_certificate(a_claimant(with_card=False)), a_level_certificate(level=4)
    claim([before], officer)
    done = claim([good, before, twice, second, poor, other_level], officer)
    assert [one.level_certificate_id for one in done.claims] == [good.pk, twice.pk]
    codes = {pk: error.code for pk, error in done.refused.items()}
    assert codes.pop(other_level.pk)
    assert codes == {before.pk: "claimed_before", second.pk: "same_person", poor.pk: "no_account"}
    assert Claim.objects.count() == 3


def test_the_same_list_again_claims_nothing_twice():
    officer, certificates = another(Role.OFFICER_INTAKE), [a_level_certificate(), a_level_certificate()]
    claim(certificates, officer)
    before = state()
    again = claim(certificates, officer)
    assert (again.claims, {error.code for error in again.refused.values()}) == ((), {"claimed_before"})
    assert state() == before


def test_a_scheme_that_asks_for_papers_is_claimed_one_by_one():
    scheme = a_scheme()
    SchemePaper.objects.create(scheme=scheme, title="证书原件", is_on_file=False, is_required=True)
    officer = another(Role.OFFICER_INTAKE)
    assert refused(ClaimError, claim, [a_level_certificate()], officer, scheme) == "papers_missing"
