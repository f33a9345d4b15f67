"""The words of certificates, and which state follows which."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CertificateState(TextChoices):
    """A certificate that was corrected or reissued on a new paper stays, as replaced, and names the new one."""

    VALID = "valid", _("有效")
    SUSPENDED = "suspended", _("暂停使用")
    REVOKED = "revoked", _("已撤销")
    REPLACED = "replaced", _("已换发")


class PriorKind(TextChoices):
    OLD_QUALIFICATION = "old_qualification", _("职业资格证书")
    LEVEL = "level", _("职业技能等级证书")
    SPECIAL = "special", _("专项职业能力证书")


class PriorState(TextChoices):
    """What a look-up by hand said; there is no public interface."""

    DECLARED = "declared", _("待核验")
    CONFIRMED = "confirmed", _("核验相符")
    NOT_MATCHED = "not_matched", _("已核验不符")
    NOT_FOUND = "not_found", _("未查到")
    WITHDRAWN = "withdrawn", _("本人撤回")


class BatchState(TextChoices):
    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在制作")
    DONE = "done", _("已完成")


class ItemState(TextChoices):
    WAITING = "waiting", _("待制作")
    ISSUED = "issued", _("已发证")
    REFUSED = "refused", _("未发证")


LIVE = frozenset({CertificateState.VALID, CertificateState.SUSPENDED})
