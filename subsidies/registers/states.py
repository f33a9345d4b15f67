"""The words of registers that other offices keep, and what the platform compares with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class RegisterKind(TextChoices):
    """Whose list it is. A person is in it from one day to another."""

    REGISTRATION = "registration", _("就业失业实名登记")
    PENSION = "pension", _("领取基本养老保险待遇")
    INSURED = "insured", _("社会保险参保缴费")
    PAYROLL = "payroll", _("机关事业单位在编（财政供养）")
    STUDENT = "student", _("在校学生学籍")
    DEATH = "death", _("死亡登记")
    CUSTODY = "custody", _("服刑")


class RegisterState(TextChoices):
    LOADING = "loading", _("正在导入")
    IN_FORCE = "in_force", _("使用中")
    REPLACED = "replaced", _("已被新名册代替")
    WITHDRAWN = "withdrawn", _("已撤回")


class ListGap(TextChoices):
    """Why nobody's absence from a list that is on file proves anything."""

    PARTIAL = "partial_register", _("名册不完整")
    OLD = "old_register", _("名册数据旧了")
    # No figure says how old a list may be.
    NO_FIGURE = "no_figure", _("没有规定名册可以多旧")


@dataclass(frozen=True)
class Move:
    """One step of a register: where it may start, where it ends."""

    sources: frozenset[RegisterState]
    target: RegisterState
    past: str
    needs_reason: bool = False


_S = RegisterState
TRANSITIONS: Mapping[str, Move] = MappingProxyType(
    {
        # A list that was replaced or withdrawn by mistake can be used again: what it said was kept.
        "put_in_force": Move(frozenset({_S.LOADING, _S.REPLACED, _S.WITHDRAWN}), _S.IN_FORCE, "put_in_force"),
        "replace": Move(frozenset({_S.IN_FORCE}), _S.REPLACED, "replaced"),
        "withdraw": Move(frozenset({_S.LOADING, _S.IN_FORCE}), _S.WITHDRAWN, "withdrawn", needs_reason=True),
    }
)
TONES: Mapping[str, str] = MappingProxyType(
    {_S.LOADING: "waiting", _S.IN_FORCE: "success", _S.REPLACED: "neutral", _S.WITHDRAWN: "stopped"}
)
# Kinds whose rows mean nothing without a first day: death begins on a day, and whoever was a student once may not be.
DATED = frozenset({RegisterKind.DEATH})

# Kinds that people are added to all the time: the list knows nothing of the days after its own.
GROWING = frozenset({RegisterKind.REGISTRATION})

# Who brings such files, and who reads what was brought.
REGISTER_KEEPERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
REGISTER_READERS = REGISTER_KEEPERS | {Role.OFFICER_FINANCE, Role.OFFICER_POLICY, Role.AUDITOR}
