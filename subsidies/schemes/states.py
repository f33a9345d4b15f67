"""The words of subsidy schemes: what they pay for, from which fund, to whom."""

from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class SchemeRule(TextChoices):
    """How the amount comes about. Each is a dated function in ``subsidies.schemes.rules``."""

    CERTIFICATE = "certificate", _("按证书等级")
    HOURS = "hours", _("按培训学时")
    LIVING = "living", _("培训期间生活费")
    AWARD = "award", _("按等级或学历分期奖励")


class Family(TextChoices):
    """What a scheme pays for. Claims are counted within a lane (``LANES``)."""

    TRAINING = "training", _("职业技能培训补贴")
    ASSESSMENT = "assessment", _("职业技能评价补贴")
    LIVING = "living", _("培训期间生活费补贴")
    INSURANCE = "insurance", _("失业保险技能提升补贴")
    AWARD = "award", _("技能人才奖励")


class Lane(TextChoices):
    """Claims of one lane exclude each other for one certificate, and are counted together.

    财社〔2023〕181号第四条: nothing is paid from both funds, so a certificate's training subsidy and its skill upgrade
    subsidy share a lane. Training and assessment are counted apart (福建省 2024-07-01 方案).
    """

    TRAINING = "training", _("培训类")
    ASSESSMENT = "assessment", _("评价类")
    LIVING = "living", _("生活费类")
    AWARD = "award", _("人才奖励类")


class Fund(TextChoices):
    EMPLOYMENT = "employment", _("就业补助资金")
    UNEMPLOYMENT = "unemployment", _("失业保险基金")
    TALENT = "talent", _("技能人才奖励资金")


class Payee(TextChoices):
    WORKER = "worker", _("本人")
    SCHOOL = "school", _("培训机构")


class Subject(TextChoices):
    """What one claim is for."""

    CERTIFICATE = "certificate", _("一本证书")
    ENROLMENT = "enrolment", _("一次培训")
    INSTALMENT = "instalment", _("一期奖励")


class SchemeState(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回的草稿")


class Flag(TextChoices):
    """What a city's catalogue says of an occupation (培训需求指导目录)."""

    SHORTAGE = "shortage", _("急需紧缺工种")
    SHORTAGE_SERVICES = "shortage_services", _("急需紧缺（综合服务类）")
    SHORTAGE_MANUFACTURING = "shortage_manufacturing", _("急需紧缺（生产制造类）")
    KEY = "key_occupation", _("重点职业（工种）")


LANES = MappingProxyType(
    {
        Family.TRAINING: Lane.TRAINING,
        Family.INSURANCE: Lane.TRAINING,
        Family.ASSESSMENT: Lane.ASSESSMENT,
        Family.LIVING: Lane.LIVING,
        Family.AWARD: Lane.AWARD,
    }
)
# Who sets schemes, and who only reads them at the desk.
SCHEME_KEEPERS = frozenset({Role.OFFICER_POLICY})
SCHEME_READERS = frozenset(
    {
        Role.OFFICER_POLICY,
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_INSPECTION,
        Role.AUDITOR,
    }
)
