"""聘任: filed by the employer, compared by an officer; the two levels above 高级技师 are reached in no other way."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.talent.errors import TalentError
from certifications.talent.models import TalentAppointment, TalentRecord
from certifications.talent.selectors import has_level_one, holds_level_one
from certifications.talent.services.registering import event_add, talents_rebuild
from certifications.talent.states import KEEPERS, LEVEL_OF_APPOINTMENT, AppointmentKind, AppointmentState
from courses.catalogue.models import Occupation
from foundation.accounts.models import Organisation, User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_indexes
from foundation.database import period


@dataclass(frozen=True)
class AppointmentEntry:
    """An appointment as the employer tells it."""

    kind: str
    occupation_id: int
    post: str
    basis: str
    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def appointment_file(
    *, employer_id: int, name: str, id_number: str, entry: AppointmentEntry, actor: User, at: datetime
) -> TalentAppointment:
    """File an appointment of a skilled worker. Told the same twice, the one that is there comes back.

    特级技师 and 首席技师 are refused where the occupation's ladder does not reach level one, as 家政服务员 and 育婴员,
    and for whoever does not hold that level.
    """
    employer = Organisation.objects.get(pk=employer_id)
    on = timezone.localdate(at)
    if not memberships_of(actor, on=on).filter(role=Role.EMPLOYER_STAFF, organisation=employer).exists():
        raise PermissionDenied(_("只有这家单位的工作人员可以办理。"))
    occupation = Occupation.objects.get(pk=entry.occupation_id)
    if entry.ends_on and entry.ends_on < entry.starts_on:
        raise TalentError("end_before_start", _("聘期结束早于开始。请检查。"))
    if not entry.basis.strip() or not entry.post.strip():
        raise TalentError("missing", _("请写明聘任岗位和评聘文件。"))
    _level_allowed(entry.kind, occupation, on)
    record = _record(name, id_number, actor)
    if entry.kind in LEVEL_OF_APPOINTMENT and not holds_level_one(record.worker, occupation, on=on):
        raise TalentError(
            "level_one_missing",
            _("她还没有“%(occupation)s”一级（高级技师）的有效证书，不能聘任为%(kind)s。")
            % {"occupation": occupation.name, "kind": AppointmentKind(entry.kind).label},
        )
    given = {
        "kind": entry.kind,
        "occupation": occupation,
        "post": entry.post.strip(),
        "basis": entry.basis.strip(),
        "effective": period(entry.starts_on, entry.ends_on),
    }
    there = record.appointments.filter(employer=employer, **given).exclude(state=AppointmentState.REFUSED).first()
    if there is not None:
        return there
    appointment = TalentAppointment.objects.create(
        record=record, employer=employer, filed_by=actor, filed_at=at, **given
    )
    audit_record("talent.appointment.filed", appointment, actor=actor)
    return appointment


@transaction.atomic
def appointment_decide(
    *, appointment_id: int, is_right: bool, reason: str, actor: User, at: datetime
) -> TalentAppointment:
    """An officer has compared it with the paper; confirmed, her level in the register follows."""
    appointment = (
        TalentAppointment.objects.select_for_update(of=("self",))
        .select_related("record__worker", "occupation", "employer")
        .get(pk=appointment_id)
    )
    on = timezone.localdate(at)
    if not KEEPERS & roles_of(actor, on=on):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    if actor.pk in {appointment.record.worker.user_id, appointment.filed_by_id}:
        raise TalentError("own_work", _("这是您本人的，或者您填报的，请由另一位工作人员核对。"))
    if memberships_of(actor, on=on).filter(organisation=appointment.employer_id).exists():
        raise TalentError("own_place", _("您在这家单位任职，请由另一位工作人员核对。"))
    wanted = AppointmentState.CONFIRMED if is_right else AppointmentState.REFUSED
    if appointment.state == wanted:
        return appointment
    if appointment.state != AppointmentState.FILED:
        raise TalentError("wrong_state", _("这份聘任已经核对过。请刷新页面再看。"))
    if not is_right and not reason.strip():
        raise TalentError("reason_missing", _("请写明哪里不符，再提交。"))
    if is_right:
        _level_allowed(appointment.kind, appointment.occupation, on)
    appointment.state, appointment.reason = wanted, reason.strip()[:300]
    appointment.decided_by, appointment.decided_at = actor, at
    appointment.save()
    event_add(appointment.record, f"appointment_{wanted.value}", actor=actor, at=at, reason=reason)
    if is_right:
        talents_rebuild(worker_ids=[appointment.record.worker_id], at=at, actor=actor)
    audit_record(
        "talent.appointment.confirmed" if is_right else "talent.appointment.refused",
        appointment,
        actor=actor,
        reason=reason,
    )
    return appointment


def _level_allowed(kind: str, occupation: Occupation, on: date) -> None:
    if kind not in AppointmentKind.values:
        raise TalentError("kind_unknown", _("没有这种聘任。请从列表中选择。"))
    if kind in LEVEL_OF_APPOINTMENT and not has_level_one(occupation, on=on):
        raise TalentError(
            "no_level_one",
            _("“%(occupation)s”的职业标准没有一级（高级技师），不能设%(kind)s。特级、首席只能设在有一级的职业上面。")
            % {"occupation": occupation.name, "kind": AppointmentKind(kind).label},
        )


def _record(name: str, id_number: str, actor: User) -> TalentRecord:
    """Her entry, when name and number are both right; which of them is wrong is not told."""
    tidy = "".join(id_number.split()).upper()
    rows = TalentRecord.objects.select_related("worker")
    record = rows.filter(worker__id_number_index__in=blind_indexes("id_number", tidy)).first()
    if record is None or record.worker.name != name.strip():
        raise TalentError("worker_unknown", _("没有找到姓名和身份证号码都一致的技能人才登记。请对照身份证核对。"))
    if record.worker.user_id == actor.pk:
        raise TalentError("own_work", _("不能替自己申报，请由单位的另一位工作人员办理。"))
    return record
