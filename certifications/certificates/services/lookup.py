"""Asking the national register about a declared certificate: the question, what goes along, and the answer kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.level_facts import level_name
from certifications.certificates.level_states import PRIOR_CHECKERS, PRIOR_OPEN
from certifications.certificates.models import CertificateLookup, PriorCertificate
from certifications.certificates.states import LookupOutcome, PriorState
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.outbox.services import message_enqueue

TOPIC = "certificate-lookup/1"


@dataclass(frozen=True)
class LookupInput:
    """What the register is asked: the public look-up takes number, identity number and name."""

    number: str
    kind: str
    name: str
    id_number: str


@dataclass(frozen=True)
class Registered:
    """What the register has of a certificate; nothing where it does not say."""

    title: str = ""
    level: int | None = None
    issuer_name: str = ""
    issued_on: date | None = None


def is_lookup_connected() -> bool:
    """Whether there is a register to ask; else somebody looks the number up by hand."""
    return bool(settings.CERTIFICATE_LOOKUP != "manual")


@transaction.atomic
def certificate_lookup_request(*, certificate_id: int, actor: User, at: datetime) -> CertificateLookup:
    """An officer has the register asked. While one question is open, asking again gives that one."""
    row = PriorCertificate.objects.select_for_update(of=("self",)).select_related("worker").get(pk=certificate_id)
    if not PRIOR_CHECKERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    if actor.pk in {row.worker.user_id, row.declared_by_id}:
        raise PermissionDenied(_("不能核验自己的、或自己填报的证书。"))
    if not is_lookup_connected():
        raise CertificateError("not_connected", _("还没有接通联网查询。请到查询网站人工查询，并上传结果截图。"))
    if PriorState(row.state) not in PRIOR_OPEN:
        raise CertificateError(
            "wrong_state", _("这张证书现在是“%(state)s”，不用再查询。") % {"state": row.get_state_display()}
        )
    waiting = row.lookups.filter(answered_at__isnull=True).first()
    if waiting is not None:
        return waiting
    lookup = CertificateLookup.objects.create(prior=row, requested_by=actor, requested_at=at)
    message_enqueue(
        topic=TOPIC,
        subject=f"worker:{row.worker_id}",
        dedupe_key=f"certificate-lookup:{lookup.pk}",
        payload={"lookup_id": lookup.pk},
    )
    audit_record("certificates.lookup.requested", row, actor=actor, data={"lookup": lookup.pk})
    return lookup


def certificate_lookup_input(*, lookup_id: int) -> LookupInput:
    """What goes to the register; refuses when no answer is awaited any more."""
    lookup = CertificateLookup.objects.select_related("prior__worker").get(pk=lookup_id)
    if lookup.answered_at is not None:
        raise CertificateError("lookup_closed", _("这次查询已经有结果，不需要再发送。"))
    row = lookup.prior
    return LookupInput(number=row.number, kind=row.kind, name=row.worker.name, id_number=row.worker.id_number)


@transaction.atomic
def certificate_lookup_record(
    *, lookup_id: int, outcome: str, reference: str, at: datetime, registered: Registered | None = None
) -> CertificateLookup:
    """Keep the answer as a finding, compared with what she told; a late or repeated answer changes nothing."""
    lookup = CertificateLookup.objects.select_for_update(of=("self",)).select_related("prior").get(pk=lookup_id)
    if lookup.answered_at is not None:
        return lookup
    lookup.outcome = LookupOutcome(outcome)
    lookup.reference, lookup.answered_at = reference[:100], at
    if lookup.outcome == LookupOutcome.FOUND:
        lookup.differences = differences(lookup.prior, registered or Registered())
    lookup.save(update_fields=["outcome", "reference", "answered_at", "differences"])
    data = {"lookup": lookup.pk, "outcome": str(lookup.outcome), "differences": len(lookup.differences)}
    audit_record("certificates.lookup.answered", lookup.prior, actor=None, data=data)
    return lookup


def differences(row: PriorCertificate, registered: Registered) -> list[str]:
    """What the register has otherwise than she told it, in words; what it does not say is not compared."""
    pairs: Mapping[str, tuple[str, str]] = {
        _("职业或项目名称"): (registered.title, row.title),
        _("等级"): (_level(registered.level), _level(row.level)),
        _("发证机构"): (registered.issuer_name, row.issuer_name),
        _("发证日期"): (registered.issued_on.isoformat() if registered.issued_on else "", row.issued_on.isoformat()),
    }
    return [
        _("%(what)s：登记为“%(there)s”，填写为“%(here)s”") % {"what": what, "there": there, "here": here}
        for what, (there, here) in pairs.items()
        if there and there.strip() != here.strip()
    ]


def _level(level: int | None) -> str:
    return level_name(level) if level else ""
