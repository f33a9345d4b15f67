"""Level certificates: recorded under the number their body gave, one or a file of them.

The platform never makes such a number: everything here takes one that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.models import AssessmentBody
from certifications.certificates.errors import CertificateError
from certifications.certificates.level_facts import PARTS, Facts, LevelEntry, data_of, level_name, mark_of
from certifications.certificates.level_rules import entry_faults, known_as, placed, result_for
from certifications.certificates.level_selectors import level_facts
from certifications.certificates.models import CertificateEvent, LevelCertificate
from certifications.certificates.services.prior import priors_supersede
from certifications.certificates.states import CertificateState
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_indexes
from workers.models import Worker
from workers.services import SkillEntry, skill_record_write_many
from workers.states import SkillKind, SkillState

SKILL_STATES = {
    CertificateState.SUSPENDED: SkillState.SUSPENDED,
    CertificateState.REVOKED: SkillState.REVOKED,
}


@transaction.atomic
def level_certificate_record(
    *, body_id: int, entry: LevelEntry, actor: User, at: datetime, source: str = ""
) -> LevelCertificate:
    """Record one certificate, as ``level_certificates_record`` does."""
    return level_certificates_record(body_id=body_id, entries=[entry], actor=actor, at=at, source=source)[0]


@transaction.atomic
def level_certificates_record(
    *, body_id: int, entries: Sequence[LevelEntry], actor: User, at: datetime, source: str = ""
) -> list[LevelCertificate]:
    """The certificates in the order given, recorded, or left alone where they are on record as told.

    All or none. Refuses what ``entry_faults`` finds, the same number twice, and whoever is not of the body. A passed
    final result of this body is linked and its marks are taken over; a declared certificate of the same number gives
    way. Each writes the worker's skill record.
    """
    body = AssessmentBody.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=body_id)
    require_staff_of(body, actor, at)
    not_her_own(actor, [entry.id_number for entry in entries])
    numbers = [entry.tidy_number for entry in entries]
    if len(set(numbers)) != len(numbers):
        raise CertificateError("number_twice", _("同一个证书编号出现了两次。请每张证书只保留一行。"))
    facts = level_facts(body, entries, on=timezone.localdate(at))
    new: list[LevelCertificate] = []
    rows: dict[str, LevelCertificate] = {}
    given: set[int | None] = set()
    for entry in entries:
        refuse_faults(entry_faults(entry, facts))
        known = known_as(entry, facts)
        if known is not None:
            rows[entry.tidy_number] = LevelCertificate.objects.get(pk=known)
            continue
        row = _row(body, entry, facts)
        if row.result_id in given:
            message = _("同一次考核只发一张证书，这份名单里有两张。请只保留实际发出的那一张。")
            raise CertificateError("result_certified", message)
        given |= {row.result_id} - {None}
        row.source, row.recorded_by, row.recorded_at = source or _("评价机构登记"), actor, at
        rows[row.number] = row
        new.append(row)
    _write(new, actor, at)
    return [rows[number] for number in numbers]


def _row(body: AssessmentBody, entry: LevelEntry, facts: Facts) -> LevelCertificate:
    """A certificate not yet saved, with the result it belongs to and the marks of that result."""
    place = placed(entry, facts)
    result = result_for(entry, facts, *place)
    row = LevelCertificate(number=entry.tidy_number, worker_id=facts.people[entry.id_number].worker_id, body=body)
    if result is not None:
        row.result_id = result.pk
        judged: dict[str, Any] = {part: mark for part in PARTS if (mark := mark_of(result.marks.get(part))) is not None}
        entry = replace(entry, **judged)
    fill(row, entry, *place)
    return row


def _write(new: Sequence[LevelCertificate], actor: User, at: datetime) -> None:
    if not new:
        return
    LevelCertificate.objects.bulk_create(new)
    CertificateEvent.objects.bulk_create(
        CertificateEvent(
            level=row,
            action="recorded",
            target=row.state,
            actor=actor,
            at=at,
            data={"source": row.source, "result": row.result_id},
        )
        for row in new
    )
    rows = LevelCertificate.objects.select_related("worker", "body__organisation", "occupation", "work_type")
    full = list(rows.filter(pk__in=[row.pk for row in new]).order_by("pk"))
    skill_record_write_many(
        lines=[(row.worker, skill_reference(row), skill_entry(row, at)) for row in full], actor=actor, at=at
    )
    priors_supersede(certificates=full, actor=actor, at=at)
    for row in full:
        data = {"worker": row.worker_id, "body": row.body_id, "level": row.level, "result": row.result_id}
        audit_record("certificates.level.recorded", row, actor=actor, data=data)


def fill(row: LevelCertificate, entry: LevelEntry, occupation: int, work_type: int | None) -> None:
    """What the entry says, in columns and as it stands on the paper."""
    row.occupation_id, row.work_type_id, row.level = occupation, work_type, entry.level
    row.issued_on = entry.issued_on
    row.theory, row.practical, row.review = entry.theory, entry.practical, entry.review
    row.print_serial = entry.print_serial
    row.data = data_of(entry, body_name=row.body.organisation.name)


def skill_reference(row: LevelCertificate) -> str:
    return f"certificates.levelcertificate:{row.pk}"


def skill_entry(row: LevelCertificate, at: datetime, *, is_corrected: bool = False) -> SkillEntry:
    """The line of the skill record that follows a certificate."""
    state = SKILL_STATES.get(CertificateState(row.state))
    work_type = row.work_type.name if row.work_type else ""
    name = f"{row.occupation.name}（{work_type}）" if work_type else row.occupation.name
    body = row.body.organisation.name
    return SkillEntry(
        kind=SkillKind.LEVEL_CERTIFICATE,
        title=f"{name} {level_name(row.level)}",
        issued_on=row.issued_on,
        issuer_name=body,
        source=_("%(body)s登记") % {"body": body},
        occupation_code=row.occupation.code,
        occupation_name=row.occupation.name,
        work_type_name=work_type,
        level=row.level,
        level_name=level_name(row.level),
        number=row.number,
        confirmed_at=at,
        state=state or (SkillState.CORRECTED if is_corrected else SkillState.VALID),
    )


def not_her_own(actor: User, id_numbers: Sequence[str]) -> None:
    """``PermissionDenied`` for whoever keeps her own certificate's record."""
    indexes = [index for number in id_numbers if number for index in blind_indexes("id_number", number)]
    if Worker.objects.filter(user=actor, id_number_index__in=indexes).exists():
        raise PermissionDenied(_("这里有您本人的证书，请由另一位同事办理。"))


def require_staff_of(body: AssessmentBody, actor: User, at: datetime) -> None:
    """``PermissionDenied`` unless the actor works for the body on the day."""
    held = memberships_of(actor, on=timezone.localdate(at))
    if not held.filter(role=Role.BODY_STAFF, organisation=body.organisation_id).exists():
        raise PermissionDenied(_("只有发证机构的工作人员可以办理。"))


def refuse_faults(faults: Sequence[Any]) -> None:
    if faults:
        raise CertificateError(faults[0].code, "".join(dict.fromkeys(fault.message for fault in faults)))
