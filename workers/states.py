"""The words of a person's file, and the table of moves of her identity."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class Sex(TextChoices):
    FEMALE = "female", _("女")
    MALE = "male", _("男")


class IdentityState(TextChoices):
    DECLARED = "declared", _("未核验")
    CHECKING = "checking", _("正在核验")
    VERIFIED = "verified", _("已实名")
    MISMATCH = "mismatch", _("核验不一致")


class AccountProof(TextChoices):
    """Why we believe that the linked account is the worker's own."""

    NONE = "none", _("尚无证明")
    CHECK = "check", _("本人建档并通过实名核验")
    CHECK_AND_PHONE = "check_and_phone", _("实名核验通过，手机号码与档案一致")
    OFFICER = "officer", _("工作人员核对证件后确认")


class CheckState(TextChoices):
    WAITING = "waiting", _("等待结果")
    ANSWERED = "answered", _("已有结果")
    FAILED = "failed", _("没有得到结果")
    SUPERSEDED = "superseded", _("信息已改，不再需要")


class CheckOutcome(TextChoices):
    MATCH = "match", _("一致")
    MISMATCH = "mismatch", _("不一致")
    UNKNOWN = "unknown", _("无法判断")


class LinkState(TextChoices):
    WAITING_CHECK = "waiting_check", _("等待实名核验")
    WAITING_OFFICER = "waiting_officer", _("等待工作人员核对")
    LINKED = "linked", _("已关联")
    REFUSED = "refused", _("未予关联")


class Standing(TextChoices):
    DECLARED = "declared", _("本人填报")
    GUARANTEED = "guaranteed", _("已核实")


class ContractKind(TextChoices):
    LABOUR = "labour", _("劳动合同")
    SERVICE = "service", _("劳务协议")
    INTERMEDIARY = "intermediary", _("中介介绍")
    HOUSEHOLD = "household", _("家庭雇用")
    SELF = "self", _("灵活就业")


class InsuranceKind(TextChoices):
    PENSION = "pension", _("养老保险")
    UNEMPLOYMENT = "unemployment", _("失业保险")
    INJURY = "injury", _("工伤保险")
    MEDICAL = "medical", _("医疗保险")
    MATERNITY = "maternity", _("生育保险")


class EducationLevel(TextChoices):
    PRIMARY = "primary", _("小学及以下")
    JUNIOR = "junior", _("初中")
    SENIOR = "senior", _("高中")
    VOCATIONAL = "vocational", _("中职(中专、技校、职高)")
    COLLEGE = "college", _("大专")
    BACHELOR = "bachelor", _("本科")
    MASTER = "master", _("硕士及以上")


class SkillKind(TextChoices):
    """What a line of the skill record tells of. The first four are papers; the rest is what she did."""

    TRAINING_CERTIFICATE = "training_certificate", _("培训合格证书")
    LEVEL_CERTIFICATE = "level_certificate", _("职业技能等级证书")
    SPECIAL_CERTIFICATE = "special_certificate", _("专项职业能力证书")
    OLD_QUALIFICATION = "old_qualification", _("职业资格证书")
    TRAINING_HOURS = "training_hours", _("培训学时")
    AWARD = "award", _("奖励和竞赛")


class HoursKind(TextChoices):
    """What credited hours of 45 minutes were spent on."""

    THEORY = "theory", _("理论学时")
    PRACTICE = "practice", _("实操学时")
    WORKPLACE = "workplace", _("岗位实践学时")


class SkillState(TextChoices):
    """How a line of the skill record stands today; what it says of the past stays in its history."""

    VALID = "valid", _("有效")
    SUSPENDED = "suspended", _("暂停使用")
    REVOKED = "revoked", _("已撤销")
    CORRECTED = "corrected", _("已更正")
    REPLACED = "replaced", _("已换发")
    WITHDRAWN = "withdrawn", _("已撤回")


class Provenance(TextChoices):
    """How sure we are of a line of reference data."""

    OFFICIAL = "official", _("官方原文")
    REPRINT = "reprint", _("转载的官方原文")
    SECONDARY = "secondary", _("二手资料，待核对")
    UNVERIFIED = "unverified", _("未经核对")


# Who may stand in for the real-name check, correct an identity, or hand a file to another account.
IDENTITY_OFFICERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
# Who receives people in person, and may move an account to another phone.
COUNTER = frozenset({Role.OFFICER_INTAKE})
# Who may open every file; what stands in it stays masked.
FILE_READERS = frozenset(
    {
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_INSPECTION,
        Role.AUDITOR,
    }
)


@dataclass(frozen=True)
class Move:
    """One step of an identity: where it may start and where it ends."""

    sources: frozenset[IdentityState]
    target: IdentityState
    needs_reason: bool = False


_S = IdentityState

# A verified identity that is checked again stays verified until an answer contradicts it: an outage must not cost
# anybody her standing.
IDENTITY_MOVES: dict[str, Move] = {
    "check": Move(frozenset({_S.DECLARED, _S.MISMATCH}), _S.CHECKING),
    "match": Move(frozenset({_S.CHECKING}), _S.VERIFIED),
    "mismatch": Move(frozenset({_S.CHECKING, _S.VERIFIED}), _S.MISMATCH),
    "give_up": Move(frozenset({_S.CHECKING}), _S.DECLARED),
    "override_verify": Move(frozenset({_S.DECLARED, _S.CHECKING, _S.MISMATCH}), _S.VERIFIED, needs_reason=True),
    "override_doubt": Move(frozenset({_S.DECLARED, _S.CHECKING, _S.VERIFIED}), _S.MISMATCH, needs_reason=True),
    "correct": Move(frozenset(_S), _S.DECLARED, needs_reason=True),
}

LINK_MOVES: dict[LinkState, frozenset[LinkState]] = {
    LinkState.WAITING_CHECK: frozenset({LinkState.LINKED, LinkState.WAITING_OFFICER}),
    LinkState.WAITING_OFFICER: frozenset({LinkState.LINKED, LinkState.REFUSED}),
    LinkState.LINKED: frozenset(),
    LinkState.REFUSED: frozenset(),
}

# A corrected line counts as it now reads; of a replaced one its successor counts.
SKILL_COUNTS = frozenset({SkillState.VALID, SkillState.CORRECTED})
SKILL_MOVES: dict[SkillState, frozenset[SkillState]] = {
    SkillState.VALID: frozenset(
        {
            SkillState.SUSPENDED,
            SkillState.REVOKED,
            SkillState.CORRECTED,
            SkillState.REPLACED,
            SkillState.WITHDRAWN,
        }
    ),
    SkillState.CORRECTED: frozenset(
        {SkillState.SUSPENDED, SkillState.REVOKED, SkillState.REPLACED, SkillState.WITHDRAWN}
    ),
    SkillState.SUSPENDED: frozenset(
        {
            SkillState.VALID,
            SkillState.CORRECTED,
            SkillState.REVOKED,
            SkillState.REPLACED,
            SkillState.WITHDRAWN,
        }
    ),
    SkillState.REVOKED: frozenset(),
    SkillState.REPLACED: frozenset({SkillState.REVOKED}),
    SkillState.WITHDRAWN: frozenset(),
}
