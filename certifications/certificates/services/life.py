"""The life of a training certificate: stopped and let stand again, revoked by two officers, corrected, reissued."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.certificates.errors import CertificateError
from certifications.certificates.models import CertificateEvent, Revocation, TrainingCertificate
from certifications.certificates.printing import (
    SAMPLE_NUMBER,
    Holder,
    content_read,
    fits,
    holder_of,
    numbered,
    sheet_of,
    template_now,
)
from certifications.certificates.selectors.training import is_as_filed
from certifications.certificates.services.photos import photo_keep, photo_of, photo_read
from certifications.certificates.services.records import record_end, records_write
from certifications.certificates.services.training import Paper, class_of, papers_number, workers_hold
from certifications.certificates.signals import certificate_moved
from certifications.certificates.states import (
    CERTIFICATE_OFFICERS,
    TRANSITIONS,
    CertificateState,
    DoubtCategory,
    RevocationState,
)
from certifications.certificates.texts import (
    CERTIFICATE_REPLACED,
    CERTIFICATE_RESUMED,
    CERTIFICATE_REVOKED,
    CERTIFICATE_SUSPENDED,
)
from courses.classes.services.parties import officer_required, school_staff_required
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.sms.services import sms_send
from foundation.sms.templates import SmsTemplate
from workers.states import SkillState

REPLACING = frozenset({"correct", "reissue"})
SKILL_STATES = {
    CertificateState.VALID: SkillState.VALID,
    CertificateState.SUSPENDED: SkillState.SUSPENDED,
    CertificateState.REVOKED: SkillState.REVOKED,
    CertificateState.REPLACED: SkillState.REPLACED,
}


@transaction.atomic
def certificate_suspend(
    *, certificate_id: int, category: str, reason: str, actor: User, at: datetime
) -> TrainingCertificate:
    """Stop a certificate for a reason, until an officer lets it stand again or it is revoked."""
    certificate = _held(certificate_id)
    _allowed(certificate, "suspend", actor, at=at)
    reason, category = _said(reason), _known(category)
    _move(certificate, "suspend", actor=actor, at=at, reason=reason, data=_public(category))
    _tell(certificate, CERTIFICATE_SUSPENDED, {"category": _label(category)}, at=at)
    _audit(certificate, "suspend", actor=actor, reason=reason)
    return certificate


@transaction.atomic
def certificate_resume(*, certificate_id: int, reason: str, actor: User, at: datetime) -> TrainingCertificate:
    """Let a suspended certificate stand again."""
    certificate = _held(certificate_id)
    _allowed(certificate, "resume", actor, at=at)
    reason = _said(reason)
    _move(certificate, "resume", actor=actor, at=at, reason=reason)
    _tell(certificate, CERTIFICATE_RESUMED, {}, at=at)
    _audit(certificate, "resume", actor=actor, reason=reason)
    return certificate


@transaction.atomic
def revocation_ask(
    *, certificate_id: int, category: str, reason: str, decision_number: str, actor: User, at: datetime
) -> Revocation:
    """Ask that a certificate be revoked; another officer confirms it. Nothing about the certificate changes yet."""
    certificate = _held(certificate_id)
    _allowed(certificate, "revoke", actor, at=at)
    reason, category, decision = _said(reason), _known(category), decision_number.strip()
    if not decision:
        raise CertificateError("decision_missing", _("请填写撤销决定书的文号。没有决定书，不能撤销证书。"))
    if Revocation.objects.filter(certificate=certificate, state=RevocationState.WAITING).exists():
        raise CertificateError("asked_before", _("这张证书已经有人提出撤销，正在等另一位工作人员复核。"))
    asked = Revocation.objects.create(
        certificate=certificate,
        category=category,
        reason=reason,
        decision_number=decision,
        asked_by=actor,
        asked_at=at,
    )
    _event(certificate, "revocation_asked", actor=actor, at=at, reason=reason, decision_number=decision)
    audit_record("certificates.revocation.asked", asked, actor=actor, reason=reason, data={"decision": decision})
    return asked


@transaction.atomic
def revocation_answer(*, revocation_id: int, confirm: bool, answer: str, actor: User, at: datetime) -> Revocation:
    """Confirm a revocation that another officer asked for, or refuse it. Refusing needs a reason."""
    certificate_id = Revocation.objects.values_list("certificate", flat=True).get(pk=revocation_id)
    certificate = _held(certificate_id)
    asked = Revocation.objects.select_for_update(of=("self",)).get(pk=revocation_id)
    officer_required(actor, certificate.enrolment.class_run, CERTIFICATE_OFFICERS, at=at)
    if asked.state != RevocationState.WAITING:
        raise CertificateError("answered_before", _("这项撤销已经复核过了。请刷新页面再看。"))
    if certificate.worker.user_id == actor.pk:
        raise PermissionDenied(_("这是您本人的证书，请由另一位工作人员办理。"))
    if asked.asked_by_id == actor.pk:
        raise PermissionDenied(_("撤销由您提出，必须由另一位工作人员复核。"))
    answer = answer.strip()
    if not confirm and not answer:
        raise CertificateError("reason_missing", _("请写明不予撤销的原因。"))
    asked.state = RevocationState.CONFIRMED if confirm else RevocationState.REFUSED
    asked.answered_by, asked.answered_at, asked.answer = actor, at, answer
    asked.save(update_fields=["state", "answered_by", "answered_at", "answer"])
    if confirm:
        _allowed(certificate, "revoke", actor, at=at)
        given = {"reason": asked.reason, "decision_number": asked.decision_number, "data": _public(asked.category)}
        _move(certificate, "revoke", actor=actor, at=at, **given)  # type: ignore[arg-type]
        words = {"category": _label(asked.category), "decision": asked.decision_number}
        _tell(certificate, CERTIFICATE_REVOKED, words, at=at)
        _audit(certificate, "revoke", actor=actor, reason=asked.reason, decision=asked.decision_number)
    else:
        _event(certificate, "revocation_refused", actor=actor, at=at, reason=answer)
    name = "certificates.revocation.confirmed" if confirm else "certificates.revocation.refused"
    audit_record(name, asked, actor=actor, reason=answer, data={"certificate": certificate.pk})
    return asked


@transaction.atomic
def certificate_correct(
    *, certificate_id: int, reason: str, actor: User, at: datetime, issued_on: date
) -> TrainingCertificate:
    """A new certificate with name, number and photo as her file has them now; the old one names it as its successor.

    Raises ``CertificateError`` while her corrected identity has not been proven.
    """
    old = _held(certificate_id)
    if _successor(old):
        return _successor(old)  # type: ignore[return-value]
    _allowed(old, "correct", actor, at=at)
    reason = _said(reason)
    if not old.worker.is_verified:
        raise CertificateError(
            "not_verified", _("更正后的姓名或身份证号码还没有通过实名核验。请先完成核验，再更正证书。")
        )
    if not old.worker.photo:
        raise CertificateError("no_photo", _("档案里没有照片。请本人登录平台上传一寸证件照，再更正证书。"))
    holder = holder_of(old.worker, photo_read(old.worker))
    if is_as_filed(old) and holder.photo.digest == content_read(old)["photo"]:
        raise CertificateError(
            "same", _("证书上的姓名、证件号码和照片与档案一致，不用更正。证书丢失或损坏的，请办理补发。")
        )
    with override("zh-hans"):
        note = _("更正，代替 %(number)s") % {"number": old.number}
    return _follow(old, "correct", holder, note, reason=reason, actor=actor, at=at, issued_on=issued_on)


@transaction.atomic
def certificate_reissue(
    *, certificate_id: int, reason: str, actor: User, at: datetime, issued_on: date
) -> TrainingCertificate:
    """The same certificate under a new number, for one that was lost or damaged; the old number no longer counts."""
    old = _held(certificate_id)
    if _successor(old):
        return _successor(old)  # type: ignore[return-value]
    _allowed(old, "reissue", actor, at=at)
    reason = _said(reason)
    values = content_read(old)["values"]
    holder = Holder(values["name"], values["document_number"], photo_of(old))
    with override("zh-hans"):
        note = _("补发，代替 %(number)s") % {"number": old.number}
    return _follow(old, "reissue", holder, note, reason=reason, actor=actor, at=at, issued_on=issued_on)


def _follow(
    old: TrainingCertificate,
    move: str,
    holder: Holder,
    note: str,
    *,
    reason: str,
    actor: User,
    at: datetime,
    issued_on: date,
) -> TrainingCertificate:
    """End the old certificate and begin the one that follows it, in one transaction."""
    _day_fits(old, issued_on, at=at)
    run, template_name = class_of(old.enrolment.class_run_id), template_now()
    sample = numbered(content_read(old), holder=holder, number=SAMPLE_NUMBER, issued_on=issued_on, note=note)
    fits(sheet_of(sample, template_name=template_name, issued_at=at))
    paper = Paper(
        enrolment=old.enrolment,
        completion_id=old.completion_id,
        result_id=old.result_id,
        holder=holder,
        content=content_read(old),
        photo_name=photo_keep(holder.photo),
        note=note,
        replaces=old,
    )
    _move(old, move, actor=actor, at=at, reason=reason)
    new = papers_number(run.school, [paper], template_name, issued_on=issued_on, actor=actor, at=at)[0]
    records_write([new], run, actor=actor, at=at)
    words = {"what": _("更正") if move == "correct" else _("补发"), "number": new.number, "old": old.number}
    _tell(old, CERTIFICATE_REPLACED, words, at=at)
    _audit(old, move, actor=actor, reason=reason, new=new.pk)
    return new


def _held(certificate_id: int) -> TrainingCertificate:
    """The certificate, locked, after the lock of its holder's file."""
    rows = TrainingCertificate.objects.filter(pk=certificate_id)
    workers_hold(rows.values_list("worker", flat=True))
    related = rows.select_for_update(of=("self",), no_key=True).select_related(
        "worker__user", "school__organisation", "enrolment__class_run__school", "enrolment__worker__user"
    )
    return related.get()


def _successor(certificate: TrainingCertificate) -> TrainingCertificate | None:
    return TrainingCertificate.objects.filter(replaces=certificate).first()


def _allowed(certificate: TrainingCertificate, action: str, actor: User, *, at: datetime) -> None:
    """``PermissionDenied`` for whoever may not take the step, ``CertificateError`` when the state does not allow it."""
    step, run = TRANSITIONS[action], certificate.enrolment.class_run
    if certificate.worker.user_id == actor.pk:
        raise PermissionDenied(_("这是您本人的证书，请由另一位工作人员办理。"))
    if step.is_schools:
        try:
            school_staff_required(actor, run.school, at=at)
        except PermissionDenied:
            officer_required(actor, run, CERTIFICATE_OFFICERS, at=at)
    else:
        officer_required(actor, run, CERTIFICATE_OFFICERS, at=at)
    state = CertificateState(certificate.state)
    if state not in step.sources:
        raise CertificateError(
            "wrong_state", _("这张证书现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": state.label}
        )
    # Otherwise a new number would carry on what the second officer is about to end.
    if (
        action in REPLACING
        and Revocation.objects.filter(certificate=certificate, state=RevocationState.WAITING).exists()
    ):
        raise CertificateError(
            "revocation_waiting", _("这张证书有人提出撤销，正在复核，现在不能更正或补发。请等复核有了结果再办。")
        )


def _move(
    certificate: TrainingCertificate,
    action: str,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
    decision_number: str = "",
    data: dict[str, object] | None = None,
) -> None:
    """The one place where a training certificate changes its state. The caller holds the row's lock."""
    step = TRANSITIONS[action]
    source, certificate.state = certificate.state, step.target
    certificate.save(update_fields=["state"])
    _event(
        certificate,
        step.past,
        actor=actor,
        at=at,
        source=source,
        target=step.target.value,
        reason=reason,
        decision_number=decision_number,
        data=data,
    )
    record_end(certificate, SKILL_STATES[step.target], reason=reason, actor=actor, at=at)
    # One that was replaced lives on in its successor.
    is_valid = step.target in {CertificateState.VALID, CertificateState.REPLACED}
    certificate_moved.send(
        TrainingCertificate, certificate=certificate, is_valid=is_valid, reason=reason, actor=actor, at=at
    )


def _event(
    certificate: TrainingCertificate,
    action: str,
    *,
    actor: User,
    at: datetime,
    source: str = "",
    target: str = "",
    reason: str = "",
    decision_number: str = "",
    data: dict[str, object] | None = None,
) -> None:
    CertificateEvent.objects.create(
        training=certificate,
        action=action,
        source=source,
        target=target,
        reason=reason,
        decision_number=decision_number,
        data=data or {},
        actor=actor,
        at=at,
    )


def _audit(certificate: TrainingCertificate, action: str, *, actor: User, reason: str, **data: object) -> None:
    name = f"certificates.training_certificate.{TRANSITIONS[action].past}"
    audit_record(name, certificate, actor=actor, reason=reason, data=data)


def _day_fits(old: TrainingCertificate, issued_on: date, *, at: datetime) -> None:
    if issued_on < old.issued_on or issued_on > timezone.localdate(at):
        raise CertificateError(
            "issued_on_wrong",
            _("新证书的发证日期应在原发证日期 %(first)s 和今天之间。请改正日期。")
            % {"first": old.issued_on.isoformat()},
        )


def _said(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise CertificateError("reason_missing", _("请写明原因，再提交。"))
    return reason


def _known(category: str) -> str:
    if category not in DoubtCategory.values:
        raise CertificateError("category_missing", _("请选择原因的类别。"))
    return category


def _label(category: str) -> str:
    with override("zh-hans"):
        return str(DoubtCategory(category).label)


def _public(category: str) -> dict[str, object]:
    """What anybody who checks the certificate may read of the reason."""
    return {"category": category}


def _tell(
    certificate: TrainingCertificate, template: SmsTemplate, words: Mapping[str, object], *, at: datetime
) -> None:
    phone = certificate.worker.phone
    if phone:
        key = f"{template.code}:{certificate.pk}:{at.isoformat()}"
        sms_send(phone=phone, template=template, context={"number": certificate.number, **words}, dedupe_key=key)
