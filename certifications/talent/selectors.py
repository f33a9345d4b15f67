"""Whose entries somebody may see, and what an entry stands on."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db.models import F, Q, QuerySet

from certifications.talent.models import TalentAppointment, TalentRecord
from certifications.talent.rules import Paper, best_of, rung
from certifications.talent.states import HIGH_SKILL_LEVEL, LEVEL_OF_APPOINTMENT, READERS, AppointmentState, TalentState
from courses.catalogue.models import Occupation
from courses.catalogue.selectors import level_exists
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.database import in_force
from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from foundation.policy.values import ParameterValue
from workers.models import SkillRecordEntry, Worker
from workers.states import SKILL_COUNTS, SkillKind, Standing

LEVEL_KINDS = (SkillKind.LEVEL_CERTIFICATE, SkillKind.OLD_QUALIFICATION)


def talents_visible_to(user: User, *, on: date) -> QuerySet[TalentRecord]:
    """The bureau and its auditors see all; nobody else the list. A worker reads her own (``talent_of``)."""
    if not user.is_authenticated or not READERS & roles_of(user, on=on):
        return TalentRecord.objects.none()
    return TalentRecord.objects.select_related("worker__user", "entry")


def talent_of(worker: Worker) -> TalentRecord | None:
    """Her entry, if she has one."""
    return TalentRecord.objects.select_related("worker", "entry").filter(worker=worker).first()


def appointments_visible_to(user: User, *, on: date) -> QuerySet[TalentAppointment]:
    """An employer sees what it filed, the bureau all."""
    rows = TalentAppointment.objects.select_related("record__worker", "employer", "occupation")
    if READERS & roles_of(user, on=on):
        return rows
    offices = memberships_of(user, on=on).filter(role=Role.EMPLOYER_STAFF).values("organisation")
    return rows.filter(employer__in=offices)


def papers_of(workers: Collection[int], *, on: date) -> dict[int, list[Paper]]:
    """By worker, the guaranteed levels that stand on a day: certificates, and confirmed appointments to a level."""
    found: dict[int, list[Paper]] = {pk: [] for pk in workers}
    rows = SkillRecordEntry.objects.filter(
        worker__in=workers,
        kind__in=LEVEL_KINDS,
        standing=Standing.GUARANTEED,
        state__in=sorted(SKILL_COUNTS),
        level__isnull=False,
    )
    for one in rows:
        assert one.level is not None
        paper = Paper(one.pk, one.level, one.issued_on, one.occupation_code, one.occupation_name)
        found[one.worker_id].append(paper)
    held = TalentAppointment.objects.filter(
        in_force(on), record__worker__in=workers, state=AppointmentState.CONFIRMED, kind__in=list(LEVEL_OF_APPOINTMENT)
    ).annotate(worker=F("record__worker"))
    for held_one in held.select_related("occupation"):
        level = LEVEL_OF_APPOINTMENT[held_one.kind]  # type: ignore[index]
        paper = Paper(0, level, held_one.effective.lower, held_one.occupation.code, held_one.occupation.name)
        found[held_one.worker].append(paper)
    return found


def workers_to_look_at() -> list[int]:
    """Everybody with a guaranteed level line or an entry: for bringing the register up to date."""
    lines = SkillRecordEntry.objects.filter(kind__in=LEVEL_KINDS, standing=Standing.GUARANTEED, level__isnull=False)
    known = Q(pk__in=lines.values("worker")) | Q(talent__isnull=False)
    return list(Worker.objects.filter(known).order_by("pk").values_list("pk", flat=True))


def high_skill_begins(*, on: date) -> ParameterValue | None:
    """The level at which high skill begins on a day, with what says so; None where no figure is in force."""
    try:
        return parameter_on(HIGH_SKILL_LEVEL, city=settings.CITY_CODE, on=on)
    except PolicyGapError:
        return None


def has_level_one(occupation: Occupation, *, on: date) -> bool:
    """特级技师 and 首席技师 stand only above an occupation whose ladder reaches level one."""
    return level_exists(occupation.pk, None, SkillLevel.ONE, on=on)


def holds_level_one(worker: Worker, occupation: Occupation, *, on: date) -> bool:
    """Whether she holds level one, or an appointment above it, of the occupation."""
    papers = [one for one in papers_of([worker.pk], on=on)[worker.pk] if one.occupation_code == occupation.code]
    best = best_of(papers)
    return best is not None and rung(best.level) >= rung(SkillLevel.ONE)


def in_register(worker: Worker) -> bool:
    return TalentRecord.objects.filter(worker=worker, state=TalentState.REGISTERED).exists()
