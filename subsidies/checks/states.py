"""The words of checks before money moves."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class Severity(TextChoices):
    BLOCK = "block", _("必须处理")
    WARN = "warn", _("请留意")
    NOTE = "note", _("供参考")


class Basis(TextChoices):
    """On what a check stands: a rule of law, or one of ours, which is always named as such."""

    RULE = "rule", _("政策规定")
    PLATFORM = "platform", _("平台规则")


class FindingState(TextChoices):
    OPEN = "open", _("待处理")
    CLEARED = "cleared", _("已核实无碍")
    GONE = "gone", _("复查已消除")


class Moment(TextChoices):
    """When the checks were run."""

    LINT = "lint", _("提交前自查")
    SUBMIT = "submit", _("提交时")
    REVIEW = "review", _("审核中")
    NOTICE = "notice", _("公示前")
    PAYMENT = "payment", _("拨付前")


# What a run says of a check: it was run, or why not. Of one with a list that proves nobody's absence it says
# ``registers.states.ListGap``: those in the list were found, of the others nothing is known.
RUN, NO_REGISTER, NO_FIGURE = "run", "no_register", "no_figure"
# How much a finding adds to the risk of a claim.
WEIGHTS = {Severity.BLOCK: 100, Severity.WARN: 10, Severity.NOTE: 1}
# The place of each in a list: the gravest first.
ORDER: Mapping[str, int] = {name: -weight for name, weight in WEIGHTS.items()}
# Who may say that a finding is no obstacle: never for a claim she passed herself.
FINDING_CLEARERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
# Who reads the catalogue, the runs and what they found.
CHECK_READERS = frozenset(
    {
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_INSPECTION,
        Role.OFFICER_POLICY,
        Role.AUDITOR,
    }
)
FINDING_TONES: Mapping[str, str] = {
    FindingState.OPEN: "warning",
    FindingState.CLEARED: "success",
    FindingState.GONE: "neutral",
}
SEVERITY_TONES: Mapping[str, str] = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.NOTE: "info"}
