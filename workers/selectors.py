"""What a viewer may see of the files."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, Max, Model, OuterRef, Q, QuerySet

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.crypto.cipher import blind_indexes
from foundation.database import in_force
from workers.models import (
    Education,
    Employment,
    IdentityCheck,
    IdentityRevision,
    LinkRequest,
    PersonGroup,
    PersonGroupAlias,
    SkillRecordEntry,
    Worker,
    WorkerGroup,
)
from workers.states import FILE_READERS, SKILL_COUNTS, AccountProof, CheckOutcome, CheckState, LinkState


def workers_visible_to(user: User, *, on: date) -> QuerySet[Worker]:
    """A worker sees herself, officers and auditors see all; schools see nobody yet."""
    if not user.is_authenticated or not user.is_active:
        return Worker.objects.none()
    if FILE_READERS & roles_of(user, on=on):
        return Worker.objects.all()
    return Worker.objects.filter(user=user)


def workers_found(user: User, text: str, *, on: date) -> QuerySet[Worker]:
    """Files whose ID number, contact phone or account phone is exactly this, among those the viewer may see."""
    return workers_visible_to(user, on=on).filter(
        Q(id_number_index__in=blind_indexes("id_number", text))
        | Q(contact_phone_index__in=blind_indexes("phone", text))
        | Q(user__phone_index__in=blind_indexes("phone", text))
    )


def worker_of(user: User) -> Worker | None:
    """The file the account opens."""
    if not user.is_authenticated:
        return None
    return Worker.objects.select_related("user").filter(user=user).first()


def is_unproven(worker: Worker, viewer: User) -> bool:
    """Whether the viewer's account opened the file and nothing shows yet that it may: others' entries stay hidden."""
    return worker.user_id == viewer.pk and worker.account_proof == AccountProof.NONE


def proven_worker_of(user: User) -> Worker | None:
    """The file the account opens, once something shows that it is hers."""
    worker = worker_of(user)
    return None if worker is None or is_unproven(worker, user) else worker


def renamed_by_themselves(worker_ids: Collection[int]) -> dict[int, datetime]:
    """When these people last changed name or number from their own account, unless an officer has had it checked since.

    A match of the register shows that such a person exists, not that it was she who sat in the class.
    """
    checked = IdentityCheck.objects.filter(
        worker=OuterRef("worker"), outcome=CheckOutcome.MATCH, requested_at__gt=OuterRef("at")
    ).exclude(requested_by=OuterRef("worker__user"))
    rows = IdentityRevision.objects.filter(worker__in=worker_ids, actor=F("worker__user")).exclude(Exists(checked))
    return dict(rows.values_list("worker").annotate(last=Max("at")).order_by())


def link_request_of(user: User) -> LinkRequest | None:
    """The account's latest request for a file that already existed."""
    return LinkRequest.objects.filter(user=user).order_by("-requested_at", "-pk").first()


def link_requests_open() -> QuerySet[LinkRequest]:
    """What waits for an officer, the oldest first."""
    return LinkRequest.objects.filter(state=LinkState.WAITING_OFFICER).select_related("worker", "user")


ATTEMPTS_TOLD = 2


@dataclass(frozen=True)
class IdentityStatus:
    """Where the real-name step stands, for the page that shows it: the state, or ``delayed``, or ``outage``."""

    code: str
    check: IdentityCheck | None


def identity_status_of(worker: Worker) -> IdentityStatus:
    """The state of an identity; ``delayed`` while sending fails, ``outage`` when the last check got no answer."""
    check = worker.checks.exclude(state=CheckState.SUPERSEDED).first()
    if worker.identity_state == "declared" and check and check.state == CheckState.FAILED:
        return IdentityStatus("outage", check)
    if worker.identity_state == "checking" and check and check.attempts >= ATTEMPTS_TOLD:
        return IdentityStatus("delayed", check)
    return IdentityStatus(worker.identity_state, check)


@dataclass(frozen=True)
class Dossier:
    """The lines of a file that a viewer may see; withdrawn ones are left out."""

    worker: Worker
    groups: list[WorkerGroup]
    employments: list[Employment]
    educations: list[Education]
    insured_months: dict[str, int]
    skills: list[SkillRecordEntry]
    overlapping_jobs: frozenset[int]
    is_limited: bool


def dossier_of(worker: Worker, viewer: User) -> Dossier:
    """The file as the viewer may see it.

    An account that nothing has proven to be the worker's own sees only what it entered itself: somebody who opened a
    file under another's number learns nothing that others added to it later.
    """
    is_limited = is_unproven(worker, viewer)
    seen = Q(withdrawn_at__isnull=True) & (Q(entered_by=viewer) if is_limited else Q())
    employments = list(worker.employments.filter(seen).select_related("confirmed_by"))
    months: dict[str, int] = {}
    if not is_limited:
        for month in {(row.month, row.kind): row for row in worker.insured_months.all()}.values():
            months[month.get_kind_display()] = months.get(month.get_kind_display(), 0) + 1
    return Dossier(
        worker=worker,
        groups=list(worker.groups.filter(seen).select_related("group", "confirmed_by")),
        employments=employments,
        educations=list(worker.educations.filter(seen).select_related("confirmed_by")),
        insured_months=months,
        skills=list(skill_record_of(worker).filter(Q(recorded_by=viewer) if is_limited else Q())),
        overlapping_jobs=overlapping_jobs(employments),
        is_limited=is_limited,
    )


_WAITING = Q(asked_at__isnull=False, answered_at__isnull=True, confirmed_at__isnull=True, withdrawn_at__isnull=True)


def skill_record_of(worker: Worker) -> QuerySet[SkillRecordEntry]:
    """Every line of her skill record, the newest first, whether it still counts or not."""
    return worker.skills.select_related("confirmed_by")


def skills_counted(worker: Worker) -> QuerySet[SkillRecordEntry]:
    """The lines that somebody stands for and that count today."""
    return skill_record_of(worker).filter(confirmed_at__isnull=False, state__in=SKILL_COUNTS)


def lines_waiting() -> list[WorkerGroup | Employment | Education]:
    """The declared lines that workers asked to have confirmed, the longest waiting first."""
    rows: list[WorkerGroup | Employment | Education] = []
    for model in (Employment, Education, WorkerGroup):
        rows += model._default_manager.filter(_WAITING).select_related("worker")
    return sorted(rows, key=lambda line: (line.asked_at or line.entered_at, line.pk))


def lines_waiting_count() -> int:
    """How many there are."""
    return sum(model._default_manager.filter(_WAITING).count() for model in (Employment, Education, WorkerGroup))


def overlapping_jobs(jobs: list[Employment]) -> frozenset[int]:
    """Jobs for different employers that share a day: allowed, but worth a look."""
    found: set[int] = set()
    for place, one in enumerate(jobs):
        for other in jobs[place + 1 :]:
            one_ends = one.effective.upper or date.max
            other_ends = other.effective.upper or date.max
            if one.effective.lower < other_ends and other.effective.lower < one_ends:
                found |= {one.pk, other.pk}
    return frozenset(found)


def groups_in_force(*, on: date) -> QuerySet[PersonGroup]:
    """The groups policy names on a day."""
    return PersonGroup.objects.filter(in_force(on))


@dataclass(frozen=True)
class GroupMatch:
    """The group a word means. Not exact: another word for it, to be proposed and decided by a person."""

    group: PersonGroup
    is_exact: bool


def person_group_named(text: str, *, on: date) -> GroupMatch | None:
    """The group of this name or of this other word for it, in force on a day.

    For the roster import, which proposes a group for the word a school wrote.
    """
    word = "".join(text.split())
    group = groups_in_force(on=on).filter(name=word).first()
    if group:
        return GroupMatch(group, is_exact=True)
    alias = PersonGroupAlias.objects.select_related("group").filter(in_force(on, "group__effective"), name=word).first()
    return GroupMatch(alias.group, is_exact=False) if alias else None


def last_day(line: WorkerGroup | Employment | Education) -> date | None:
    """The last day of a line's period; ``None`` while it is open."""
    upper: date | None = line.effective.upper
    return upper - timedelta(days=1) if upper else None


def is_own_file(viewer: User, subject: Model, on: date) -> bool:
    """Whether the file is the viewer's own, and that has been proven."""
    return isinstance(subject, Worker) and subject.user_id == viewer.pk and subject.account_proof != AccountProof.NONE


def is_own_account(viewer: User, subject: Model, on: date) -> bool:
    """Whether the account is the viewer's own."""
    return isinstance(subject, User) and subject.pk == viewer.pk


def is_workers_account(viewer: User, subject: Model, on: date) -> bool:
    """Whether the account opens a worker's file, or asks for one."""
    if not isinstance(subject, User):
        return False
    return Worker.objects.filter(user=subject).exists() or LinkRequest.objects.filter(user=subject).exists()
