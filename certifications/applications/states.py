"""The words of applications for assessment, and the table of their moves."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import OFFICERS, Role


class ApplicationState(TextChoices):
    DRAFT = "draft", _("填写中")
    SUBMITTED = "submitted", _("已提交")
    RETURNED = "returned", _("退回修改")
    ACCEPTED = "accepted", _("已通过，准考")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


class Verdict(TextChoices):
    """What the platform itself finds: the outcomes of the decision engine."""

    YES = "yes", _("符合申报条件")
    NO = "no", _("不符合申报条件")
    UNDECIDED = "undecided", _("要人工核对")


class EditionStatus(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN_DRAFT = "withdrawn_draft", _("已撤回的草稿")


class TradeScope(TextChoices):
    """Whether a certificate or a job must be of the occupation itself, or a related one will do."""

    SELF = "self", _("本职业")
    RELATED = "related", _("本职业或相关职业")


class Trade(TextChoices):
    """What a job was, seen from the occupation applied for."""

    SELF = "self", _("本职业")
    RELATED = "related", _("相关职业")
    UNSURE = "unsure", _("不确定")
    OTHER = "other", _("其他职业")


class NameKind(TextChoices):
    """Names an edition of conditions knows."""

    RELATED = "related", _("相关职业")
    MAJOR = "major", _("相关专业")
    POST = "post", _("本职业的岗位叫法")


class DiplomaKind(TextChoices):
    """The diplomas that conditions name, each or a higher one."""

    VOCATIONAL = "vocational", _("技工学校、中等职业学校及以上")
    ADVANCED = "advanced", _("高级技工学校、技师学院、高等职业学校及以上")
    COLLEGE = "college", _("大学专科及以上")


class PaperKind(TextChoices):
    """What a Fujian assessor asks for, kind by kind."""

    PHOTO = "photo", _("证件照")
    ID_FRONT = "id_front", _("身份证人像面")
    ID_BACK = "id_back", _("身份证国徽面")
    DIPLOMA = "diploma", _("最高学历毕业证书")
    DIPLOMA_PROOF = "diploma_proof", _("学历证明（学信网）")
    WORK_PROOF = "work_proof", _("工作证明（最近一份工作，盖章）")
    BUSINESS = "business", _("单位登记信息截图")
    CERTIFICATE = "certificate", _("原有证书")
    APPRENTICE = "apprentice", _("学徒期满证明")
    OTHER = "other", _("其他材料")


OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.RETURNED)
WRITABLE_STATES = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})
# Whoever sees what was handed in, of every body. Drafts are the worker's own business.
READERS = OFFICERS | {Role.AUDITOR, Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Move:
    """One step of an application: where it may start, where it ends, who takes it."""

    sources: frozenset[ApplicationState]
    target: ApplicationState
    is_hers: bool = False
    needs_reason: bool = False


_A = ApplicationState
MOVES: dict[str, Move] = {
    "submit": Move(frozenset({_A.DRAFT, _A.RETURNED}), _A.SUBMITTED, is_hers=True),
    "withdraw": Move(frozenset({_A.DRAFT, _A.SUBMITTED, _A.RETURNED}), _A.WITHDRAWN, is_hers=True),
    "return": Move(frozenset({_A.SUBMITTED}), _A.RETURNED, needs_reason=True),
    "accept": Move(frozenset({_A.SUBMITTED}), _A.ACCEPTED),
    "refuse": Move(frozenset({_A.SUBMITTED}), _A.REFUSED, needs_reason=True),
}
# The consent that an application stands on: what the assessment body sees of whoever applies.
CONSENT_RECEIVER = "assessment_body"
CONSENT_PURPOSE = "level_application"
