"""How a row reads: its state, its consent and its amount, on the page and in the workbook alike."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.policy.values import fen_text
from subsidies.mandates.states import MANDATE_TONES, MandateState, MandateThrough
from subsidies.school_claims.selectors.rows import Row


@dataclass(frozen=True)
class Tag:
    label: str
    tone: str


def row_words(row: Row) -> Tag:
    """Whether the row can be sent."""
    if row.other is not None:
        by_school = row.other.channel == "school"
        return Tag(_("学校已代办") if by_school else _("本人已申领"), "info")
    if row.answer is not None and row.answer.outcome == "gap":
        return Tag(_("政策待确认"), "warning")
    if row.answer is not None and row.answer.outcome == "no":
        return Tag(_("不符合"), "error")
    if not row.is_ready:
        return Tag(_("要处理"), "warning")
    if row.answer is not None and row.answer.outcome == "undecided":
        return Tag(_("可以提交，待核对"), "success")
    return Tag(_("可以提交"), "success")


def consent_words(row: Row) -> Tag:
    """What she said to the school."""
    if row.is_school_paid:
        return Tag(_("不需要"), "neutral")
    mandate = row.mandate
    if mandate is None:
        return Tag(_("还没有问"), "neutral")
    if mandate.state == MandateState.GIVEN and mandate.through == MandateThrough.PAPER:
        return Tag(_("书面委托"), "success")
    return Tag(mandate.get_state_display(), MANDATE_TONES[mandate.state])


def amount_words(row: Row) -> str:
    """The amount as everywhere else, where the school may know it."""
    if row.hides_amount:
        return _("本人同意后显示")
    if row.amount_fen is None:
        return ""
    return fen_text(row.amount_fen)
