"""The only way to personal data in plain, and the giving and withdrawing of consents."""

from datetime import date, datetime

import structlog
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import OFFICERS
from foundation.audit.services import audit_record
from foundation.crypto.masking import mask_text
from foundation.privacy.errors import PrivacyError
from foundation.privacy.models import AccessRecord, Consent, ConsentText
from foundation.privacy.registry import may_see
from foundation.privacy.signals import consent_withdrawn
from foundation.privacy.states import Purpose, Through

log = structlog.get_logger(__name__)


def personal_reveal(*, viewer: User, subject: Model, field: str, purpose: Purpose, note: str, on: date) -> str:
    """The plain value of a personal field, after the look has been recorded for good.

    Raises ``PermissionDenied`` where no rule of ``privacy.registry`` allows the look; the refusal is recorded too. Must
    not run inside another transaction, which could take the record back after the value was seen.
    """
    try:
        subject._meta.get_field(field)
    except FieldDoesNotExist:
        raise ValueError(f"{subject._meta.label} has no field {field!r}.") from None
    with transaction.atomic(durable=True):
        # As it is stored, not as the caller may have changed it.
        stored = type(subject)._base_manager.get(pk=subject.pk)
        is_granted = may_see(viewer, roles_of(viewer, on=on), stored, field, on=on)
        AccessRecord.objects.create(
            viewer=viewer,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            fields=[field],
            purpose=Purpose(purpose),
            note=mask_text(note),
            is_granted=is_granted,
            request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
        )
    if not is_granted:
        log.warning(
            "privacy.look.refused", viewer=viewer.pk, subject=subject._meta.label_lower, id=str(subject.pk), field=field
        )
        raise PermissionDenied(_("您的角色不能查看这项个人信息，本次查看已记录。确因工作需要，请联系本单位管理员。"))
    return str(getattr(stored, field))


@transaction.atomic
def consent_grant(*, subject: User, text: ConsentText, actor: User, at: datetime) -> Consent:
    """The person agrees to the wording that was shown to her, herself or at the counter.

    Agreeing twice is agreeing once. A consent to an older wording gives way to the new one. Raises ``PrivacyError``
    when the wording is not in force, and ``PermissionDenied`` when the actor is neither the person nor an officer.
    """
    through = _through(subject, actor, at)
    _lock(subject, text)
    text = ConsentText.objects.get(pk=text.pk)
    on = timezone.localdate(at)
    if not ConsentText.objects.filter(pk=text.pk, effective__contains=on).exists():
        raise PrivacyError("text_not_in_force", _("这份授权书不是现行版本。请重新打开页面，阅读现行版本后再同意。"))
    live = Consent.objects.filter(
        subject=subject, receiver=text.receiver, purpose=text.purpose, withdrawn_at__isnull=True
    ).first()
    if live is not None and live.text_id == text.pk:
        return live
    if live is not None:
        live.withdrawn_at, live.withdrawn_by = at, actor
        live.save(update_fields=["withdrawn_at", "withdrawn_by"])
    consent = Consent.objects.create(
        subject=subject,
        text=text,
        receiver=text.receiver,
        purpose=text.purpose,
        granted_at=at,
        granted_by=actor,
        granted_through=through,
    )
    audit_record(
        "privacy.consent.renewed" if live is not None else "privacy.consent.granted",
        consent,
        actor=actor,
        on_behalf_of=subject if through == Through.COUNTER else None,
        data={"receiver": text.receiver, "purpose": text.purpose, "version": text.version},
    )
    return consent


@transaction.atomic
def consent_withdraw(*, consent_id: int, actor: User, at: datetime, reason: str = "") -> Consent:
    """The person takes her consent back, herself or at the counter; whoever uses it is told in the same transaction.

    Raises ``PrivacyError`` when it was withdrawn before, and ``PermissionDenied`` as ``consent_grant`` does.
    """
    consent = Consent.objects.select_for_update(of=("self",)).select_related("subject", "text").get(pk=consent_id)
    through = _through(consent.subject, actor, at)
    if consent.withdrawn_at is not None:
        raise PrivacyError("withdrawn_before", _("这项授权此前已经撤回，无需再次办理。"))
    consent.withdrawn_at, consent.withdrawn_by = at, actor
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    consent_withdrawn.send(sender=Consent, consent=consent)
    audit_record(
        "privacy.consent.withdrawn",
        consent,
        actor=actor,
        on_behalf_of=consent.subject if through == Through.COUNTER else None,
        reason=reason,
        data={"receiver": consent.receiver, "purpose": consent.purpose, "version": consent.text.version},
    )
    return consent


def _through(subject: User, actor: User, at: datetime) -> Through:
    """Whether the person acts herself or an officer for her; anybody else is refused."""
    roles = roles_of(actor, on=timezone.localdate(at))
    if actor.pk == subject.pk and actor.is_active:
        return Through.SELF
    if roles & OFFICERS:
        return Through.COUNTER
    raise PermissionDenied(_("授权只能由本人办理，或由窗口工作人员代办。"))


def _lock(subject: User, text: ConsentText) -> None:
    """One grant at a time per person; nobody changes the wording meanwhile, though many may agree to it at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user WHERE id = %s FOR NO KEY UPDATE", [subject.pk])
        cursor.execute("SELECT 1 FROM privacy_consenttext WHERE id = %s FOR SHARE", [text.pk])
