"""The words of certificates, and which state follows which."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


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


class LookupOutcome(TextChoices):
    """What the national register said of a declared certificate."""

    FOUND = "found", _("查到，姓名一致")
    NOT_FOUND = "not_found", _("没有查到")
    OTHER_NAME = "other_name", _("查到，但姓名或证件号码不符")
    UNKNOWN = "unknown", _("没有得到答复")


class BatchState(TextChoices):
    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在制作")
    DONE = "done", _("已完成")


class ItemState(TextChoices):
    WAITING = "waiting", _("待制作")
    ISSUED = "issued", _("已发证")
    REFUSED = "refused", _("未发证")


LIVE = frozenset({CertificateState.VALID, CertificateState.SUSPENDED})


class RevocationState(TextChoices):
    WAITING = "waiting", _("等待复核")
    CONFIRMED = "confirmed", _("已撤销")
    REFUSED = "refused", _("不予撤销")


class DoubtCategory(TextChoices):
    """Why a certificate is suspended or revoked, in words that anybody may read."""

    ERROR = "error", _("发证有误")
    FRAUD = "fraud", _("以不正当手段取得")
    SCHOOL = "school", _("培训机构违规发证")
    CHECKING = "checking", _("正在调查核实")
    OTHER = "other", _("其他原因")

    @classmethod
    def told(cls, data: Mapping[str, object]) -> str:
        """The words for what an event keeps of the reason; nothing where it keeps none."""
        code = data.get("category")
        return str(cls(code).label) if code in cls.values else ""


@dataclass(frozen=True)
class Move:
    """One step of a training certificate: where it may start, where it ends, who may take it."""

    sources: frozenset[CertificateState]
    target: CertificateState
    past: str
    is_schools: bool = False
    is_officers: bool = False


_C = CertificateState

# "revoke" is taken by a second officer, who confirms what another asked for. "correct" and "reissue" end the old
# certificate and begin a new one.
TRANSITIONS: dict[str, Move] = {
    "suspend": Move(frozenset({_C.VALID}), _C.SUSPENDED, "suspended", is_officers=True),
    "resume": Move(frozenset({_C.SUSPENDED}), _C.VALID, "resumed", is_officers=True),
    "revoke": Move(frozenset({_C.VALID, _C.SUSPENDED}), _C.REVOKED, "revoked", is_officers=True),
    "correct": Move(frozenset({_C.VALID}), _C.REPLACED, "corrected", is_schools=True, is_officers=True),
    "reissue": Move(frozenset({_C.VALID}), _C.REPLACED, "reissued", is_schools=True, is_officers=True),
}

# Who decides about certificates of a school, if they have nothing to do with it.
CERTIFICATE_OFFICERS = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
# Who reads training certificates at the desk: a school its own, the bureau and its auditors all.
CERTIFICATE_DESK = frozenset(
    {Role.SCHOOL_STAFF, Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.AUDITOR}
)
CERTIFICATE_OVERSEERS = CERTIFICATE_DESK - {Role.SCHOOL_STAFF}
CERTIFICATE_TONES: dict[str, str] = {
    _C.VALID: "success",
    _C.SUSPENDED: "warning",
    _C.REVOKED: "error",
    _C.REPLACED: "neutral",
}
