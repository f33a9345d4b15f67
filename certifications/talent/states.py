"""The words of the register of skilled workers."""

from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from courses.catalogue.states import SkillLevel
from foundation.accounts.states import Role


class TalentState(TextChoices):
    REGISTERED = "registered", _("在册")
    # No certificate of hers stands any more. The entry stays, and comes back with the next one.
    SUSPENDED = "suspended", _("暂停在册")


class AppointmentKind(TextChoices):
    """聘任: to a post, or to one of the two levels that are reached by appointment alone (评聘)."""

    POST = "post", _("岗位聘任")
    SPECIAL_TECHNICIAN = "special_technician", _("特级技师")
    CHIEF_TECHNICIAN = "chief_technician", _("首席技师")


class AppointmentState(TextChoices):
    FILED = "filed", _("待核对")
    CONFIRMED = "confirmed", _("已核对")
    REFUSED = "refused", _("核对不符")
    ENDED = "ended", _("已解聘")


class ContributionKind(TextChoices):
    COMPETITION = "competition", _("技能竞赛")
    HONOUR = "honour", _("表彰荣誉")
    APPRENTICES = "apprentices", _("带徒传艺")
    PATENT = "patent", _("专利和技术革新")
    VOLUNTEERING = "volunteering", _("志愿服务")


# The dated figure that says at which level high skill (高技能人才) begins.
HIGH_SKILL_LEVEL = "talent.high_skill.level"
# Levels somebody is appointed to, above an occupation whose ladder reaches level one: 人社部发〔2022〕14号.
LEVEL_OF_APPOINTMENT = MappingProxyType(
    {
        AppointmentKind.SPECIAL_TECHNICIAN: SkillLevel.SPECIAL_TECHNICIAN,
        AppointmentKind.CHIEF_TECHNICIAN: SkillLevel.CHIEF_TECHNICIAN,
    }
)
# The ladder from the lowest up; the greater the place, the higher the skill.
LADDER = tuple(SkillLevel)

FILERS = frozenset({Role.EMPLOYER_STAFF})
KEEPERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
READERS = KEEPERS | {Role.OFFICER_FINANCE, Role.OFFICER_INSPECTION, Role.OFFICER_POLICY, Role.AUDITOR}
# What she told besides, of her own will: masked on every page, in plain for a purpose and on record.
PRIVATE_FIELDS = MappingProxyType(
    {"ethnicity": _("民族"), "household_address": _("户籍地址"), "permit_number": _("居住证号")}
)
TALENT_TONES = {"registered": "success", "suspended": "stopped"}
APPOINTMENT_TONES = {"filed": "waiting", "confirmed": "success", "refused": "error", "ended": "stopped"}
