"""Judgements in plain words, as they are frozen and as she reads them. Kept in Chinese: they are part of the record."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.plans.states import PartKind
from certifications.scoring.models import PartScore
from certifications.scoring.rules import Criterion, Judgement, PartCheck, PartMark, PassMark, number
from certifications.scoring.states import ScoreState


def mark_words(found: PartMark) -> str:
    """``78 分``, ``缺考`` or ``作废``."""
    if found.mark is None:
        return str(found.state.label)
    return _("%(n)s 分") % {"n": number(found.mark)}


def score_words(score: PartScore) -> str:
    """The same of a score on record."""
    return mark_words(PartMark(ScoreState(score.state), score.mark, score.reason))


def marks_frozen(judgement: Judgement) -> dict[str, str]:
    """The marks as they are kept, by part."""
    return {
        check.part.value: number(check.found.mark) if check.found.mark is not None else check.found.state.value
        for check in judgement.checks
    }


def checks_frozen(judgement: Judgement) -> list[dict[str, Any]]:
    """The checks as they are kept: part, needed, found, whether passed, what to do."""
    with override("zh-hans"):
        return [_check(check) for check in judgement.checks]


def _check(check: PartCheck) -> dict[str, Any]:
    return {
        "code": check.part.value,
        "name": str(check.part.label),
        "needed": _("%(n)s 分") % {"n": number(check.needed)},
        "found": mark_words(check.found),
        "passed": check.is_passed,
        "advice": "" if check.is_passed else _advice(check),
    }


def _advice(check: PartCheck) -> str:
    if check.found.state == ScoreState.ABSENT:
        return _("没有参加这一部分考核。可以参加补考。")
    if check.found.state == ScoreState.VOID:
        return _("这一部分成绩作废：%(reason)s") % {"reason": check.found.reason}
    lacking = number(check.needed - (check.found.mark or Decimal(0)))
    return _("还差 %(n)s 分。可以参加补考。") % {"n": lacking}


def criterion_frozen(criterion: Criterion) -> dict[str, Any]:
    """The criterion as it is kept; ``criterion_read`` gives it back."""
    return {
        "parts": {
            part.value: {
                "least": number(one.least),
                "on": one.on.isoformat(),
                "version": one.version,
                "verified": one.is_verified,
            }
            for part, one in criterion.items()
        }
    }


def criterion_read(kept: dict[str, Any]) -> dict[PartKind, PassMark]:
    """A criterion as it was frozen."""
    return {
        PartKind(part): PassMark(
            Decimal(one["least"]), date.fromisoformat(one["on"]), one["version"], bool(one["verified"])
        )
        for part, one in kept["parts"].items()
    }
