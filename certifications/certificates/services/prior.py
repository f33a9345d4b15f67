"""Certificates from elsewhere or from before: she declares them, somebody looks them up, the skill record follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.level_facts import level_name
from certifications.certificates.level_states import PRIOR_CHECKERS, PRIOR_MOVES, PRIOR_OPEN
from certifications.certificates.models import CertificateEvent, LevelCertificate, PriorCertificate
from certifications.certificates.prior_rules import PriorEntry, prior_problem
from certifications.certificates.signals import certificate_moved
from certifications.certificates.states import PriorKind, PriorState
from courses.catalogue.models import Occupation
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_indexes
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.models import Worker
from workers.services import SkillEntry, skill_record_end, skill_record_write
from workers.states import SkillKind, SkillState
from workers.texts import LINE_CONFIRMED, LINE_DECLINED, WHAT, record_line_tell

SKILL_KINDS = {
    PriorKind.OLD_QUALIFICATION: SkillKind.OLD_QUALIFICATION,
    PriorKind.LEVEL: SkillKind.LEVEL_CERTIFICATE,
    PriorKind.SPECIAL: SkillKind.SPECIAL_CERTIFICATE,
}
# How many certificates somebody may have waiting: more is a mistake or a nuisance.
MOST_WAITING = 20


@transaction.atomic
def prior_certificate_declare(
    *, worker_id: int, entry: PriorEntry, actor: User, at: datetime, evidence: File[bytes] | None
) -> PriorCertificate:
    """She, or the counter for her, says what certificate she holds, with a picture of it.

    Refuses a number that cannot be one of its kind, one she told already, and one a body has recorded here.
    """
    if evidence is None:
        raise CertificateError("evidence_missing", _("请拍一张证书的照片，工作人员要对照着核验。"))
    paper = file_checked(evidence, "prior")
    worker = _lock(worker_id)
    _require_keeper(worker, actor, at)
    number, problem = prior_problem(entry, on=timezone.localdate(at), born=worker.birth_on)
    if problem:
        raise CertificateError(problem.code, problem.message)
    _refuse_known(worker, number)
    row = PriorCertificate(
        worker=worker,
        kind=entry.kind,
        number=number,
        title=entry.title.strip(),
        occupation=Occupation.objects.filter(name=entry.title.strip()).first(),
        level=entry.level,
        issuer_name=entry.issuer_name.strip(),
        issued_on=entry.issued_on,
        declared_by=actor,
        declared_at=at,
    )
    row.evidence.name = row.evidence.storage.save(paper.name or "", paper)
    row.save()
    _event(row, "declared", "", actor, at)
    _write_skill(row, actor, at)
    audit_record("certificates.prior.declared", row, actor=actor, data={"worker": worker.pk, "kind": row.kind})
    return row


@transaction.atomic
def prior_certificate_check(
    *,
    certificate_id: int,
    outcome: PriorState,
    note: str,
    actor: User,
    at: datetime,
    screenshot: File[bytes] | None = None,
) -> PriorCertificate:
    """What somebody found in the national look-up, or on the paper itself; the skill record follows.

    There is no public interface to the look-up, so that a person's finding with a picture of it stands in its place.
    Found and matching needs the picture or says how it was seen, unless a connected register has just said so; not
    matching and not found say what was looked for.
    """
    picture = file_checked(screenshot, "lookup") if screenshot else None
    row = _locked(certificate_id)
    _checker_required(row, actor, at)
    source = _moved(row, outcome)
    if outcome == PriorState.CONFIRMED and is_of_another(row):
        raise _of_another()
    note = _said(row, outcome, note.strip(), has_picture=picture is not None)
    row.checked_by, row.checked_at, row.checked_note = actor, at, note[:200]
    if picture:
        row.screenshot.name = row.screenshot.storage.save(picture.name or "", picture)
    _save_checked(row)
    _event(row, outcome.value, source, actor, at, reason=row.checked_note)
    if outcome == PriorState.NOT_MATCHED:
        ended = SkillState.REVOKED if source == PriorState.CONFIRMED else SkillState.WITHDRAWN
        skill_record_end(reference=skill_reference(row), state=ended, reason=row.checked_note, actor=actor, at=at)
    else:
        _write_skill(row, actor, at)
    _answered(row, is_valid=outcome == PriorState.CONFIRMED, actor=actor, at=at)
    audit_record(f"certificates.prior.{outcome.value}", row, actor=actor, reason=row.checked_note)
    return row


def _answered(row: PriorCertificate, *, is_valid: bool, actor: User, at: datetime) -> None:
    """What follows the answer: whoever stands on the certificate hears of it, and so does she."""
    certificate_moved.send(
        PriorCertificate, certificate=row, is_valid=is_valid, reason=row.checked_note, actor=actor, at=at
    )
    template = LINE_CONFIRMED if is_valid else LINE_DECLINED
    record_line_tell(row.worker, template, what=WHAT["prior"], key=f"prior:{row.pk}", at=at)


def _checker_required(row: PriorCertificate, actor: User, at: datetime) -> None:
    """``PermissionDenied`` unless she may check, and it is neither her own nor told by herself."""
    if not PRIOR_CHECKERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    if actor.pk in {row.worker.user_id, row.declared_by_id}:
        raise PermissionDenied(_("不能核验自己的、或自己填报的证书。"))


def _said(row: PriorCertificate, outcome: PriorState, note: str, *, has_picture: bool) -> str:
    """What the finding rests on, in words; refuses one that says nothing and shows nothing."""
    if outcome != PriorState.CONFIRMED:
        if not note:
            raise CertificateError("note_missing", _("请写明哪里不符，或者查了哪里没有查到，本人会看到。"))
        return note
    note = note or ("" if has_picture else _finding_words(row).strip())
    if not note and not has_picture:
        raise CertificateError("screenshot_missing", _("请上传查询结果的截图；核对的是原件的，请在说明中写明。"))
    return note


@transaction.atomic
def prior_certificate_withdraw(*, certificate_id: int, actor: User, at: datetime) -> PriorCertificate:
    """She takes back what she declared, as long as nobody has stood for it."""
    row = _locked(certificate_id)
    _require_keeper(row.worker, actor, at)
    if PriorState(row.state) not in PRIOR_OPEN:
        raise CertificateError(
            "wrong_state",
            _("这张证书现在是“%(state)s”，不能撤回。有错的，请联系服务窗口。") % {"state": row.get_state_display()},
        )
    _end(row, "withdrawn", SkillState.WITHDRAWN, reason=_("本人撤回"), actor=actor, at=at)
    audit_record("certificates.prior.withdrawn", row, actor=actor)
    return row


def priors_supersede(*, certificates: Sequence[LevelCertificate], actor: User, at: datetime) -> None:
    """A body has recorded what she had declared: the declared line gives way, so that nothing counts twice.

    Called inside the transaction that records, with the files locked.
    """
    indexes = {index: one for one in certificates for index in blind_indexes("certificate_number", one.number)}
    open_states = [state for state, next_ones in PRIOR_MOVES.items() if PriorState.WITHDRAWN in next_ones]
    rows = PriorCertificate.objects.select_for_update(of=("self",)).select_related("worker").order_by("pk")
    for row in rows.filter(number_index__in=list(indexes), state__in=open_states):
        certificate = indexes[bytes(row.number_index)]
        if certificate.worker_id == row.worker_id:
            _end(row, "superseded", SkillState.REPLACED, reason=_("评价机构已登记同一张证书"), actor=actor, at=at)


def file_checked(upload: File[bytes], folder: str) -> ContentFile[bytes]:
    """A picture or PDF judged by its content, kept under a random name."""
    try:
        return evidence_checked(upload, folder=f"certificates/{folder}")
    except WorkerError as refusal:
        raise CertificateError(refusal.code, refusal.message) from refusal


def skill_reference(row: PriorCertificate) -> str:
    return f"certificates.priorcertificate:{row.pk}"


def _write_skill(row: PriorCertificate, actor: User, at: datetime) -> None:
    is_confirmed = row.state == PriorState.CONFIRMED
    source = {PriorState.CONFIRMED: _("工作人员核验"), PriorState.NOT_FOUND: _("本人填报，没有查到")}
    level = level_name(row.level) if row.level else ""
    entry = SkillEntry(
        kind=SKILL_KINDS[PriorKind(row.kind)],
        title=f"{row.title} {level}".strip(),
        issued_on=row.issued_on,
        issuer_name=row.issuer_name,
        source=source.get(PriorState(row.state), _("本人填报")),
        occupation_code=row.occupation.code if row.occupation else "",
        occupation_name=row.occupation.name if row.occupation else row.title,
        level=row.level,
        level_name=level,
        number=row.number,
        confirmed_by=row.checked_by if is_confirmed else None,
        confirmed_at=row.checked_at if is_confirmed else None,
    )
    skill_record_write(worker=row.worker, reference=skill_reference(row), entry=entry, actor=actor, at=at)


def _end(row: PriorCertificate, action: str, skill: SkillState, *, reason: str, actor: User, at: datetime) -> None:
    source, row.state = row.state, PriorState.WITHDRAWN
    row.save(update_fields=["state"])
    _event(row, action, source, actor, at, reason=reason)
    skill_record_end(reference=skill_reference(row), state=skill, reason=reason, actor=actor, at=at)


def _moved(row: PriorCertificate, outcome: PriorState) -> str:
    source = PriorState(row.state)
    if outcome == PriorState.WITHDRAWN or outcome not in PRIOR_MOVES[source]:
        raise CertificateError(
            "wrong_state",
            _("这张证书现在是“%(state)s”，不能改为“%(target)s”。请刷新页面再看。")
            % {"state": source.label, "target": PriorState(outcome).label},
        )
    row.state = outcome
    return source


def _finding_words(row: PriorCertificate) -> str:
    """What the register said last, when it has the certificate just as she told it."""
    last = row.lookups.exclude(answered_at=None).first()
    if last is None or not last.is_clear:
        return ""
    return _("联网查询一致，查询编号 %(reference)s") % {"reference": last.reference}


def _save_checked(row: PriorCertificate) -> None:
    """Save; that another's certificate of this number was confirmed already, the database says."""
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "checked_by", "checked_at", "checked_note", "screenshot"])
    except IntegrityError as error:
        if "prior_cert_is_confirmed_for_one" in str(error):
            raise _of_another() from error
        raise


def is_of_another(row: PriorCertificate) -> bool:
    """Whether a body has recorded the number for somebody else."""
    return LevelCertificate.objects.filter(number=row.number).exclude(worker=row.worker_id).exists()


def _of_another() -> CertificateError:
    message = _("这个编号已经登记或核验为另一个人的证书。请重新核对编号，两张中必有一张有误。")
    return CertificateError("number_of_another", message)


def _refuse_known(worker: Worker, number: str) -> None:
    recorded = LevelCertificate.objects.filter(number=number).first()
    if recorded is not None and recorded.worker_id == worker.pk:
        raise CertificateError("recorded", _("这张证书评价机构已经登记在您名下，不用再填。"))
    # That a number stands under another's name is no business of hers; whoever looks it up sees it.
    own = PriorCertificate.objects.filter(worker=worker, number_index__in=blind_indexes("certificate_number", number))
    if own.exclude(state__in=[PriorState.WITHDRAWN, PriorState.NOT_MATCHED]).exists():
        raise CertificateError("declared", _("这张证书您已经填过了，不用再填。"))
    if PriorCertificate.objects.filter(worker=worker, state=PriorState.DECLARED).count() >= MOST_WAITING:
        raise CertificateError("too_many", _("您有很多证书还在等待核验。请等结果出来再添加。"))


def _require_keeper(worker: Worker, actor: User, at: datetime) -> None:
    """She herself, or an officer who keeps files."""
    is_officer = PRIOR_CHECKERS & roles_of(actor, on=timezone.localdate(at))
    if worker.user_id != actor.pk and not is_officer:
        raise PermissionDenied(_("您不能办理别人的证书。"))


def _lock(worker_id: int) -> Worker:
    return Worker.objects.select_for_update(of=("self",)).select_related("user").get(pk=worker_id)


def _locked(certificate_id: int) -> PriorCertificate:
    _lock(PriorCertificate.objects.values_list("worker_id", flat=True).get(pk=certificate_id))
    rows = PriorCertificate.objects.select_for_update(of=("self",))
    return rows.select_related("worker__user", "occupation").get(pk=certificate_id)


def _event(
    row: PriorCertificate, action: str, source: str, actor: User, at: datetime, *, reason: str = "", **data: Any
) -> None:
    CertificateEvent.objects.create(
        prior=row, action=action, source=source, target=row.state, reason=reason, data=data, actor=actor, at=at
    )
