"""The skill record: written by the floors above, once for each of their rows, with a history nothing can change."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from tests.portal.people import person, signed_in
from tests.workers.builders import NOW, a_roster_worker, a_worker, an_officer
from workers.errors import WorkerError
from workers.models import SkillRecordEntry, SkillRecordEvent
from workers.selectors import dossier_of, skill_record_of, skills_counted
from workers.services import SkillEntry, skill_record_end, skill_record_write, skill_record_write_many
from workers.states import SKILL_MOVES, SkillKind, SkillState, Standing

pytestmark = pytest.mark.django_db
REFERENCE = "certificates.levelcertificate:17"
LEVEL_FIVE = SkillEntry(
    kind=SkillKind.LEVEL_CERTIFICATE,
    title="家政服务员（母婴护理员）五级/初级工",
    issued_on=date(2026, 10, 8),
    issuer_name="厦门示例评价中心",
    source="评价机构登记",
    occupation_code="4-10-01-06",
    occupation_name="家政服务员",
    work_type_name="母婴护理员",
    level=5,
    level_name="五级/初级工",
    number="S000035990001265000001",
    confirmed_at=NOW,
)
DECLARED = replace(LEVEL_FIVE, confirmed_at=None, source="本人填报")


@pytest.fixture
def worker():
    return a_worker(verified=True)


def write(worker, entry=LEVEL_FIVE, reference=REFERENCE, **more):
    return skill_record_write(worker=worker, reference=reference, entry=entry, actor=None, at=NOW, **more)


def counts():
    return SkillRecordEntry.objects.count(), SkillRecordEvent.objects.count(), AuditEvent.objects.count()


def test_a_line_is_opened_with_its_first_event(worker):
    line = write(worker)
    line.refresh_from_db()
    assert (line.worker, line.level, line.number) == (worker, 5, "S000035990001265000001")
    assert (line.standing, line.state, line.is_counted) == (Standing.GUARANTEED, SkillState.VALID, True)
    event = SkillRecordEvent.objects.get()
    assert (event.entry, event.action, event.source, event.target) == (line, "opened", "", "valid")
    assert AuditEvent.objects.filter(action="workers.skill.recorded", object_id=str(line.pk)).count() == 1


def test_told_the_same_again_nothing_is_written(worker):
    write(worker)
    before = counts()
    assert write(worker).pk == SkillRecordEntry.objects.get().pk
    assert counts() == before


def test_a_change_keeps_what_the_line_read_before(worker):
    write(worker, DECLARED)
    write(worker, replace(LEVEL_FIVE, issued_on=date(2026, 10, 9)), reason="查询一致")
    line = SkillRecordEntry.objects.get()
    assert (line.standing, line.issued_on, line.confirmed_at) == ("guaranteed", date(2026, 10, 9), NOW)
    event = SkillRecordEvent.objects.last()
    assert (event.action, event.reason) == ("changed", "查询一致")
    assert event.before == {"issued_on": "2026-10-08", "source": "本人填报", "standing": "declared"}


def test_a_reference_belongs_to_one_file(worker):
    write(worker)
    before = counts()
    with pytest.raises(WorkerError) as refusal:
        write(a_roster_worker())
    assert refusal.value.code == "skill_of_another"
    assert counts()[:2] == before[:2]


@pytest.mark.parametrize("source", SkillState)
@pytest.mark.parametrize("target", SkillState)
def test_a_line_moves_by_its_table_only(worker, source, target):
    write(worker, replace(LEVEL_FIVE, state=source))
    events = SkillRecordEvent.objects.count()

    def end():
        return skill_record_end(reference=REFERENCE, state=target, reason="决定", actor=None, at=NOW)

    if target == source or target in SKILL_MOVES[source]:
        assert end().state == target
        assert SkillRecordEvent.objects.count() == events + (target != source)
    else:
        with pytest.raises(WorkerError) as refusal:
            end()
        assert refusal.value.code == "skill_state"
        assert SkillRecordEntry.objects.get().state == source
        assert SkillRecordEvent.objects.count() == events


def test_ending_what_is_not_there_says_so():
    assert skill_record_end(reference="x:1", state=SkillState.REVOKED, reason="决定", actor=None, at=NOW) is None
    assert SkillRecordEvent.objects.exists() is False


def test_what_does_not_stand_is_shown_but_not_counted(worker):
    write(worker)
    write(worker, DECLARED, "certificates.priorcertificate:1")
    write(worker, replace(LEVEL_FIVE, state=SkillState.REVOKED), "certificates.levelcertificate:18")
    assert skill_record_of(worker).count() == 3
    assert [line.reference for line in skills_counted(worker)] == [REFERENCE]


def test_a_class_is_written_at_once_and_again_without_doubles(django_assert_max_num_queries):
    people = [a_roster_worker() for _n in range(20)]
    lines = [(one, f"certificates.trainingcertificate:{one.pk}", LEVEL_FIVE) for one in people]
    with django_assert_max_num_queries(18):
        made = skill_record_write_many(lines=lines, actor=None, at=NOW)
    assert [line.worker_id for line in made] == [one.pk for one in people]
    before = counts()
    again = skill_record_write_many(lines=lines, actor=None, at=NOW)
    assert [line.pk for line in again] == [line.pk for line in made]
    assert counts() == before


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kind": "x"}, "skill_entry_kind_is_known"),
        ({"state": "x"}, "skill_entry_state_is_known"),
        ({"reference": ""}, "skill_entry_says_what"),
        ({"standing": "declared"}, "skill_entry_guaranteed_says_when"),
        ({"confirmed_at": None}, "skill_entry_guaranteed_says_when"),
    ],
)
def test_the_database_refuses_what_no_service_writes(worker, change, name):
    line = write(worker)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SkillRecordEntry.objects.filter(pk=line.pk).update(**change)


def test_the_history_of_a_line_cannot_be_changed(worker):
    write(worker)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        SkillRecordEvent.objects.update(reason="别的")
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        SkillRecordEvent.objects.all().delete()


def test_an_account_nothing_has_proven_sees_only_what_it_wrote_itself():
    worker = a_worker()
    write(worker)
    own = skill_record_write(
        worker=worker, reference="certificates.priorcertificate:1", entry=DECLARED, actor=worker.user, at=NOW
    )
    assert [line.pk for line in dossier_of(worker, worker.user).skills] == [own.pk]
    assert len(dossier_of(worker, an_officer()).skills) == 2


def test_she_reads_her_record_and_so_does_an_officer(worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    write(worker)
    page = signed_in(worker.user).get(reverse("my_record")).content.decode()
    for words in (
        "家政服务员（母婴护理员）五级/初级工",
        "S000035990001265000001",
        "有效",
        "已核实",
        "厦门示例评价中心",
    ):
        assert words in page
    assert "1 条" in signed_in(worker.user).get(reverse("my_data")).content.decode()
    staff = signed_in(person(Role.OFFICER_INTAKE)).get(reverse("worker_record", args=[worker.pk])).content.decode()
    assert "S000035990001265000001" in staff


def test_an_empty_record_says_what_will_come(worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    assert "会自动记在这里" in signed_in(worker.user).get(reverse("my_record")).content.decode()
