"""Who stands in the register: whoever holds a guaranteed level, as long as it stands."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from certifications.certificates.services.level import level_certificate_record
from certifications.certificates.services.level_life import level_certificate_move
from certifications.talent.errors import TalentError
from certifications.talent.models import TalentAppointment, TalentEvent
from certifications.talent.rules import Paper, best_of, is_high_skilled
from certifications.talent.selectors import talent_of, talents_visible_to, workers_to_look_at
from certifications.talent.services import (
    AppointmentEntry,
    appointment_decide,
    appointment_file,
    contribution_add,
    contribution_confirm,
    talents_rebuild,
)
from certifications.talent.services.registering import details_keep, skills_follow
from certifications.talent.states import HIGH_SKILL_LEVEL, PRIVATE_FIELDS
from certifications.talent.tasks import talents_rebuild_all
from courses.catalogue.models import Occupation, OccupationLevel
from foundation.accounts.states import Role
from foundation.database import period
from foundation.policy.states import Unit
from foundation.privacy.models import AccessRecord
from tests.certifications.certificates.builders import a_holder
from tests.certifications.certificates.builders_level import a_body, a_body_scope, an_entry, body_staff, housekeeping
from tests.portal.people import person, signed_in
from tests.subsidies.awards.builders import an_employer, staff_of
from tests.subsidies.builders import a_figure, an_officer_of
from tests.workers.builders import NOW, TODAY
from workers.services import SkillEntry, skill_record_write
from workers.signals import skill_lines_changed
from workers.states import SkillKind

JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("levels", "best", "is_high"),
    [
        ([5], 5, False),
        ([5, 4], 4, False),
        ([5, 3], 3, True),
        ([2, 3], 2, True),
        ([1, 2], 1, True),
        ([1, 7], 7, True),
        ([7, 8], 8, True),
        ([6], None, None),
        ([], None, None),
    ],
)
def test_the_highest_level_counts_and_where_high_skill_begins_at_three_so_do_those_above(levels, best, is_high):
    papers = [Paper(pk, level, JUNE, "4-10-01-06", "家政服务员") for pk, level in enumerate(levels, start=1)]
    found = best_of(papers)
    assert (found.level if found else None, is_high_skilled(found.level, begins=3) if found else None) == (
        best,
        is_high,
    )


def a_line(worker, *, level=5, confirmed=True, occupation="4-10-01-06", name="家政服务员", reference=""):
    entry = SkillEntry(
        kind=SkillKind.LEVEL_CERTIFICATE, title=f"{name} {level}", issued_on=JUNE, issuer_name="示例", source="示例",
        occupation_code=occupation, occupation_name=name, level=level, number=f"S{level}",
        confirmed_at=NOW if confirmed else None,
    )  # fmt: skip
    reference = reference or f"example.certificate:{worker.pk}-{level}"
    return skill_record_write(worker=worker, reference=reference, entry=entry, actor=None, at=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("begins_at_three")
def test_a_recorded_certificate_registers_her_a_revoked_one_suspends_and_a_rebuild_changes_nothing():
    worker, body = a_holder(), a_body()
    a_body_scope(body)
    certificate = level_certificate_record(body_id=body.pk, entry=an_entry(worker), actor=body_staff(body), at=NOW)
    record = talent_of(worker)
    assert (record.state, record.level, record.is_high_skilled, record.registered_on) == ("registered", 5, False, TODAY)
    assert talents_rebuild(worker_ids=[worker.pk], at=NOW) == 0
    assert workers_to_look_at() == [worker.pk]
    level_certificate_move(
        certificate_id=certificate.pk, move="revoke", reason="冒用", category="other", decision_number="示例1号",
        actor=an_officer_of(Role.OFFICER_REVIEW), at=NOW,
    )  # fmt: skip
    record.refresh_from_db()
    assert record.state == "suspended"
    assert list(record.events.order_by("pk").values_list("action", flat=True)) == ["registered", "suspended"]


@pytest.mark.django_db
def test_what_she_only_says_registers_nobody():
    worker = a_holder()
    a_line(worker, confirmed=False)
    assert talent_of(worker) is None
    assert not TalentEvent.objects.exists()


@pytest.fixture
def begins_at_three(db):
    a_figure(HIGH_SKILL_LEVEL, 3, unit=Unit.LEVEL)


@pytest.mark.django_db
@pytest.mark.usefixtures("begins_at_three")
def test_a_higher_level_raises_the_entry():
    worker = a_holder()
    a_line(worker)
    a_line(worker, level=3)
    record = talent_of(worker)
    assert (record.level, record.is_high_skilled, record.events.count()) == (3, True, 2)


@pytest.mark.django_db
def test_without_a_figure_of_the_day_nobody_is_called_highly_skilled_or_not():
    worker = a_holder()
    a_line(worker, level=3)
    assert (talent_of(worker).level, talent_of(worker).is_high_skilled) == (3, None)
    a_figure(HIGH_SKILL_LEVEL, 3, unit=Unit.LEVEL)
    assert (talents_rebuild_all(), talents_rebuild_all()) == (1, 0)
    record = talent_of(worker)
    assert (record.is_high_skilled, record.state) == (True, "registered")
    assert list(record.events.order_by("pk").values_list("action", flat=True)) == ["registered", "marked"]


@pytest.mark.django_db
@pytest.mark.parametrize(("figure", "is_high"), [(3, False), (4, True), (5, True)])
def test_where_high_skill_begins_is_what_the_figure_says(figure, is_high):
    a_figure(HIGH_SKILL_LEVEL, figure, unit=Unit.LEVEL)
    worker = a_holder()
    a_line(worker, level=4)
    assert talent_of(worker).is_high_skilled is is_high


@pytest.mark.django_db
def test_what_she_told_besides_is_masked_and_shown_for_a_purpose_and_she_reads_who_looked():
    worker = a_holder()
    a_line(worker)
    record = talent_of(worker)
    details_keep(
        record_id=record.pk, ethnicity="畲族", household_address="福建省厦门市湖里区示例路18号",
        permit_number="350206000000012345", permit_endorsed_on=None, actor=worker.user, at=NOW,
    )  # fmt: skip
    secrets = {"ethnicity": "畲族", "household_address": "示例路18号", "permit_number": "350206000000012345"}
    reader = signed_in(person(Role.AUDITOR)).get(reverse("talent", args=[record.pk])).content.decode()
    office = signed_in(person(Role.OFFICER_REVIEW))
    page = office.get(reverse("talent", args=[record.pk])).content.decode()
    for field, secret in secrets.items():
        address = reverse("talent_reveal", args=[record.pk, field])
        assert (secret in page, address in page, secret in reader, address in reader) == (False, True, False, False)
        assert secret not in office.get(address).content.decode()
        assert office.post(address, {}).status_code == 422
        assert AccessRecord.objects.filter(fields=[field]).count() == 0
        shown = office.post(address, {"purpose": "case_handling", "note": "核对人才政策"})
        assert secret in shown.content.decode()
        seen = AccessRecord.objects.get(fields=[field])
        assert (seen.subject_type, seen.subject_id, seen.is_granted) == ("talent.talentrecord", str(record.pk), True)
    looks = signed_in(worker.user).get(reverse("my_data")).content.decode()
    assert all(str(label) in looks for label in PRIVATE_FIELDS.values())


@pytest.mark.django_db
def test_nothing_else_of_an_entry_is_revealed():
    worker = a_holder()
    a_line(worker)
    record, office = talent_of(worker), signed_in(person(Role.OFFICER_REVIEW))
    for field in ("ethnicity", "occupation_name"):
        assert office.post(reverse("talent_reveal", args=[record.pk, field]), {"purpose": "audit"}).status_code == 404
    assert not AccessRecord.objects.exists()


@pytest.mark.django_db
def test_those_certified_before_there_was_a_register_are_registered_by_the_nightly_look():
    worker = a_holder()
    skill_lines_changed.disconnect(dispatch_uid="talent.skills_follow")
    try:
        a_line(worker)
    finally:
        skill_lines_changed.connect(skills_follow, dispatch_uid="talent.skills_follow")
    assert talent_of(worker) is None
    assert talents_rebuild_all() == 1
    assert talents_rebuild_all() == 0
    assert talent_of(worker).level == 5


def an_appointment(worker, occupation, kind="special_technician"):
    employer = an_employer()
    return appointment_file(
        employer_id=employer.pk,
        name=worker.name,
        id_number=worker.id_number,
        entry=AppointmentEntry(kind, occupation.pk, "首席护理", "示例评聘〔2026〕1号", JUNE),
        actor=staff_of(employer),
        at=NOW,
    )


def with_level_one():
    """养老护理员: its ladder reaches level one."""
    occupation, _new = Occupation.objects.get_or_create(code="4-14-02-02", defaults={"name": "健康照护师"})
    OccupationLevel.objects.create(
        occupation=occupation, level=1, effective=period(date(2019, 1, 1)), source="示例", provenance="P"
    )
    return occupation


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["special_technician", "chief_technician"])
@pytest.mark.parametrize(("code", "name", "top"), [("4-10-01-06", "家政服务员", 2), ("4-10-01-02", "育婴员", 3)])
def test_the_levels_above_are_refused_where_the_ladder_ends_below_one(code, name, top, kind):
    if code == "4-10-01-06":
        occupation, _work_type = housekeeping()
    else:
        occupation = Occupation.objects.create(code=code, name=name)
        OccupationLevel.objects.create(
            occupation=occupation, level=top, effective=period(date(2019, 1, 1)), source="示例", provenance="P"
        )
    worker = a_holder()
    a_line(worker, level=top, occupation=code, name=name)
    with pytest.raises(TalentError) as refusal:
        an_appointment(worker, occupation, kind)
    assert refusal.value.code == "no_level_one"
    assert not TalentAppointment.objects.exists()


@pytest.mark.django_db
def test_above_level_one_she_is_appointed_and_the_register_follows():
    occupation, worker = with_level_one(), a_holder()
    a_line(worker, level=2, occupation=occupation.code, name=occupation.name)
    with pytest.raises(TalentError) as refusal:
        an_appointment(worker, occupation)
    assert refusal.value.code == "level_one_missing"
    a_line(worker, level=1, occupation=occupation.code, name=occupation.name)
    filed = an_appointment(worker, occupation)
    assert talent_of(worker).level == 1
    with pytest.raises(PermissionDenied):
        appointment_decide(appointment_id=filed.pk, is_right=True, reason="", actor=filed.filed_by, at=NOW)
    officer = an_officer_of(Role.OFFICER_INTAKE)
    appointment_decide(appointment_id=filed.pk, is_right=True, reason="", actor=officer, at=NOW)
    assert talent_of(worker).level == 7


@pytest.mark.django_db
def test_a_contribution_counts_as_told_until_an_officer_has_seen_the_paper():
    worker = a_holder()
    a_line(worker)
    record = talent_of(worker)
    given = {"kind": "competition", "title": "市技能竞赛一等奖", "on": JUNE, "at": NOW}
    line = contribution_add(record_id=record.pk, actor=worker.user, **given)
    assert line.standing == "declared"
    with pytest.raises(PermissionDenied):
        contribution_confirm(contribution_id=line.pk, reason="原件", actor=worker.user, at=NOW)
    officer = an_officer_of(Role.OFFICER_INTAKE)
    assert contribution_confirm(contribution_id=line.pk, reason="原件", actor=officer, at=NOW).standing == "guaranteed"


@pytest.mark.django_db
def test_the_list_is_the_offices_and_nobody_elses():
    worker = a_holder()
    a_line(worker)
    assert talents_visible_to(an_officer_of(Role.OFFICER_REVIEW), on=TODAY).count() == 1
    for user in (worker.user, staff_of(an_employer())):
        assert not talents_visible_to(user, on=TODAY).exists()
