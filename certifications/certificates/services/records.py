"""The line of a training certificate in the worker's skill record: written with it, ended with it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.certificates.models import TrainingCertificate
from courses.classes.models import ClassRun
from foundation.accounts.models import User
from workers.services import SkillEntry, skill_record_end, skill_record_write_many
from workers.states import SkillKind, SkillState


def reference_of(certificate: TrainingCertificate) -> str:
    """The key under which the line follows the certificate."""
    return f"{certificate._meta.label_lower}:{certificate.pk}"


def records_write(certificates: Sequence[TrainingCertificate], run: ClassRun, *, actor: User, at: datetime) -> None:
    """Put these certificates of a class into their holders' skill records."""
    if certificates:
        lines = [(one.worker, reference_of(one), _entry(one, run, actor, at)) for one in certificates]
        skill_record_write_many(lines=lines, actor=actor, at=at)


def record_end(certificate: TrainingCertificate, state: SkillState, *, reason: str, actor: User, at: datetime) -> None:
    """The line follows the certificate: suspended, back in force, revoked or replaced."""
    skill_record_end(reference=reference_of(certificate), state=state, reason=reason, actor=actor, at=at)


def _entry(certificate: TrainingCertificate, run: ClassRun, actor: User, at: datetime) -> SkillEntry:
    package = run.course_version.package_version.package
    with override("zh-hans"):
        level_name = str(package.get_level_display()) if package.level else ""
        learnt = str(package.work_type or package.occupation)
        return SkillEntry(
            kind=SkillKind.TRAINING_CERTIFICATE,
            title=f"{learnt} {level_name}" if level_name else package.title,
            issued_on=certificate.issued_on,
            issuer_name=str(certificate.school),
            source=_("培训机构在平台发证"),
            occupation_code=package.occupation.code,
            occupation_name=package.occupation.name,
            work_type_name=package.work_type.name if package.work_type else "",
            level=package.level,
            level_name=level_name,
            number=certificate.number,
            confirmed_by=actor,
            confirmed_at=at,
        )
