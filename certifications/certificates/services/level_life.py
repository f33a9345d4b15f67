"""The life of a level certificate: suspended, resumed, revoked, corrected, printed again. The number stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.errors import CertificateError
from certifications.certificates.level_facts import LevelEntry
from certifications.certificates.level_rules import entry_faults, placed
from certifications.certificates.level_selectors import level_facts, was_corrected, was_stopped_by_office
from certifications.certificates.level_states import CHANGEABLE, LEVEL_MOVES, LEVEL_SUPERVISORS
from certifications.certificates.models import CertificateEvent, LevelCertificate
from certifications.certificates.services.level import (
    fill,
    not_her_own,
    refuse_faults,
    require_staff_of,
    skill_entry,
    skill_reference,
)
from certifications.certificates.signals import certificate_corrected, certificate_moved
from certifications.certificates.states import CertificateState, DoubtCategory
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from workers.models import Worker
from workers.services import skill_record_write

PERSONAL = frozenset({"name", "document_number"})


@transaction.atomic
def level_certificate_move(
    *,
    certificate_id: int,
    move: str,
    reason: str,
    actor: User,
    at: datetime,
    decision_number: str = "",
    category: str = "",
) -> LevelCertificate:
    """暂停、恢复、撤销: the certificate and the line of the skill record move together.

    The body does it to its own, the bureau to any; what the bureau stopped only the bureau lets stand again. Nobody
    decides about her own. A revocation cites its decision; ``category`` is what the public page may say of it.
    """
    row = lock_certificate(certificate_id)
    step = LEVEL_MOVES[move]
    by = _side(row, actor, at)
    reason = require_text(reason, _("请写明理由。"))
    if CertificateState(row.state) not in step.sources:
        raise _wrong_state(row)
    if step.needs_decision:
        decision_number = require_text(decision_number, _("请填写撤销决定的文号。"))
    if move == "resume" and by == "body" and was_stopped_by_office(row):
        raise CertificateError("stopped_by_office", _("这张证书是人社部门暂停的，只能由人社部门恢复。请联系人社部门。"))
    if move != "resume" and category not in DoubtCategory.values:
        raise CertificateError("category_missing", _("请选择原因类别，公开查询页面会显示它。"))
    source, row.state = row.state, step.target
    row.save(update_fields=["state"])
    data = {"by": by} | ({"category": category} if category else {})
    event_add(row, step.past, source, actor, at, reason=reason, decision_number=decision_number.strip(), data=data)
    _follow(row, actor, at, reason)
    is_valid = step.target == CertificateState.VALID
    certificate_moved.send(LevelCertificate, certificate=row, is_valid=is_valid, reason=reason, actor=actor, at=at)
    audit_record(f"certificates.level.{step.past}", row, actor=actor, reason=reason, data={"by": by})
    return row


@dataclass(frozen=True)
class Correction:
    """What the paper should say instead. Number, holder and level stay: a wrong level is a wrong number."""

    occupation: str
    work_type: str
    issued_on: date
    theory: Decimal | None = None
    practical: Decimal | None = None
    review: Decimal | None = None


@transaction.atomic
def level_certificate_correct(
    *, certificate_id: int, correction: Correction, reason: str, actor: User, at: datetime
) -> LevelCertificate:
    """更正: the same number says something else; name and ID number are taken anew from the worker's file.

    Refuses a certificate that is not valid, a correction that changes nothing, and what could not be recorded.
    """
    row = lock_certificate(certificate_id)
    require_staff_of(row.body, actor, at)
    not_her_own(actor, [row.worker.id_number])
    reason = require_text(reason, _("请写明更正的原因。"))
    require_changeable(row)
    entry = _corrected(row, correction)
    facts = level_facts(row.body, [entry], on=timezone.localdate(at), correcting=row.pk)
    refuse_faults(entry_faults(entry, facts))
    place = placed(entry, facts)
    if row.result_id and place != (row.occupation_id, row.work_type_id):
        raise CertificateError("result_of_another", _("平台上的考核结论不是这个职业和工种的，不能这样更正。请核对。"))
    before = printed(row)
    fill(row, entry, *place)
    after = printed(row)
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    if not changed:
        raise CertificateError("nothing_changed", _("内容没有改动。请改好以后再提交。"))
    row.save(update_fields=["occupation", "work_type", "issued_on", "theory", "practical", "review", "data"])
    # Which places changed, and how; the person's own are only named.
    said = {key: [before.get(key, ""), after.get(key, "")] for key in changed if key not in PERSONAL}
    event_add(row, "corrected", row.state, actor, at, reason=reason, data={"places": changed, "changes": said})
    # Occupation and work type are read anew: the row still holds the old ones.
    row = lock_certificate(row.pk)
    _follow(row, actor, at, reason)
    certificate_corrected.send(LevelCertificate, certificate=row, places=changed, reason=reason, actor=actor, at=at)
    audit_record("certificates.level.corrected", row, actor=actor, reason=reason, data={"places": changed})
    return row


def _corrected(row: LevelCertificate, correction: Correction) -> LevelEntry:
    """The certificate as it should read: what stays from the row, the person from her file."""
    return LevelEntry(
        number=row.number,
        name=row.worker.name,
        id_number=row.worker.id_number,
        level=row.level,
        print_serial=row.print_serial,
        **vars(correction),
    )


@transaction.atomic
def level_certificate_reissue(
    *, certificate_id: int, print_serial: str, reason: str, actor: User, at: datetime
) -> LevelCertificate:
    """补发: a new paper under the same number, with its own print serial, noted in the remark."""
    row = lock_certificate(certificate_id)
    require_staff_of(row.body, actor, at)
    not_her_own(actor, [row.worker.id_number])
    reason = require_text(reason, _("请写明补发的原因。"))
    serial = require_text(print_serial, _("请填写新证书的印刷流水号。")).upper()
    require_changeable(row)
    if serial == row.print_serial:
        raise CertificateError("serial_same", _("这是原来那张证书的印刷流水号。请照新证书填写。"))
    if row.body.level_certificates.filter(print_serial=serial).exists():
        raise CertificateError("serial_taken", _("这个印刷流水号已用在另一张证书上。请核对新证书。"))
    old = row.print_serial
    day = timezone.localdate(at).isoformat()
    # The remark stands on the paper, in Chinese whatever language this page is read in.
    row.remark = f"{day} 补发，原印刷流水号 {old or '无'}"
    row.print_serial = serial
    row.data = json.dumps(
        printed(row) | {"print_serial": serial}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    row.save(update_fields=["remark", "print_serial", "data"])
    event_add(row, "reissued", row.state, actor, at, reason=reason, data={"before": old, "print_serial": serial})
    audit_record("certificates.level.reissued", row, actor=actor, reason=reason)
    return row


def _follow(row: LevelCertificate, actor: User, at: datetime, reason: str) -> None:
    """The line of the skill record reads as the certificate does."""
    entry = skill_entry(row, at, is_corrected=was_corrected(row))
    skill_record_write(
        worker=row.worker, reference=skill_reference(row), entry=entry, actor=actor, at=at, reason=reason
    )


def _side(row: LevelCertificate, actor: User, at: datetime) -> str:
    """For whom the actor acts: the body that gave the certificate, or the bureau."""
    if row.worker.user_id == actor.pk:
        raise PermissionDenied(_("不能办理自己的证书。"))
    if LEVEL_SUPERVISORS & roles_of(actor, on=timezone.localdate(at)):
        return "office"
    require_staff_of(row.body, actor, at)
    return "body"


def _wrong_state(row: LevelCertificate) -> CertificateError:
    return CertificateError(
        "wrong_state",
        _("这张证书现在是“%(state)s”，不能这样办理。请刷新页面再看。") % {"state": row.get_state_display()},
    )


def printed(row: LevelCertificate) -> dict[str, str]:
    """The places of the paper and what stands in each."""
    found: dict[str, str] = json.loads(row.data)
    return found


def lock_certificate(certificate_id: int) -> LevelCertificate:
    """The certificate, locked after its holder's file, as everything that writes the skill record does."""
    worker = LevelCertificate.objects.values_list("worker", flat=True).get(pk=certificate_id)
    Worker.objects.select_for_update(of=("self",)).get(pk=worker)
    rows = LevelCertificate.objects.select_for_update(of=("self",))
    return rows.select_related("worker", "body__organisation", "occupation", "work_type").get(pk=certificate_id)


def require_changeable(row: LevelCertificate) -> None:
    if CertificateState(row.state) not in CHANGEABLE:
        raise _wrong_state(row)


def require_text(text: str, refusal: str) -> str:
    text = text.strip()
    if not text:
        raise CertificateError("missing", refusal)
    return text


def event_add(
    row: LevelCertificate,
    action: str,
    source: str,
    actor: User,
    at: datetime,
    *,
    reason: str,
    decision_number: str = "",
    data: dict[str, Any] | None = None,
) -> CertificateEvent:
    """One row of the certificate's history."""
    return CertificateEvent.objects.create(
        level=row, action=action, source=source, target=row.state, reason=reason, decision_number=decision_number,
        data=data or {}, actor=actor, at=at,
    )  # fmt: skip
