"""Checks in plain words, as they are frozen and as she reads them. Always in Chinese: they are part of the record."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.completion.rules import Check, Criterion, Facts, Judgement, hours_counted, workplace_counted
from courses.completion.states import CheckCode


def number(value: Decimal) -> str:
    """``40.0`` → ``40``, ``12.50`` → ``12.5``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def checks_frozen(judgement: Judgement) -> list[dict[str, Any]]:
    """The checks as they are kept: name, needed, found, whether passed, what to do."""
    with override("zh-hans"):
        return [_check(check) for check in judgement.checks]


def _check(check: Check) -> dict[str, Any]:
    needed, found = _amounts(check)
    return {
        "code": check.code.value,
        "name": str(check.code.label),
        "needed": needed,
        "found": found,
        "passed": check.is_passed,
        "advice": "" if check.is_passed else _advice(check),
    }


def _amounts(check: Check) -> tuple[str, str]:
    needed, found = number(check.needed), number(check.found) if check.found is not None else ""
    if check.code == CheckCode.CONFIRMED:
        return _("已确认"), _("已确认") if check.is_passed else _("未确认")
    if check.code in {CheckCode.THEORY, CheckCode.PRACTICE}:
        return _("%(n)s 学时") % {"n": needed}, _("%(n)s 学时") % {"n": found}
    if check.code == CheckCode.QUIZZES and not check.needed:
        return _("全部通过"), _("这门课没有测验")
    if check.code == CheckCode.QUIZZES:
        return _("%(n)s 个") % {"n": needed}, _("通过 %(n)s 个") % {"n": found}
    if check.found is None:
        return _("不低于 %(n)s%%") % {"n": needed}, _("没有提问过") if check.code == CheckCode.PRESENCE else _(
            "没有课次"
        )
    return _("不低于 %(n)s%%") % {"n": needed}, f"{found}%"


def _advice(check: Check) -> str:
    lacking = number(max(Decimal(0), check.needed - (check.found or 0)))
    facts = {"n": lacking, "titles": "、".join(f"“{title}”" for title in check.missing)}
    return {
        CheckCode.CONFIRMED: _("请本人先确认报名。"),
        CheckCode.THEORY: _("还差 %(n)s 学时理论课。请联系学校，问怎样补学。"),
        CheckCode.PRACTICE: _("还差 %(n)s 学时实操课。请联系学校，问怎样补课。"),
        CheckCode.RATE: _("出勤不够。请联系学校，问怎样补课。"),
        CheckCode.PRESENCE: _("在线学习时没有及时回答的提问太多。请联系学校，问怎样补学。"),
        CheckCode.QUIZZES: _("还没有通过：%(titles)s。请联系学校，问怎样补考。"),
    }[check.code] % facts


def criterion_frozen(criterion: Criterion) -> dict[str, Any]:
    """The criterion as it is kept; ``criterion_read`` gives it back."""
    return {
        "theory": str(criterion.theory),
        "practice": str(criterion.practice),
        "rate_min": str(criterion.rate_min),
        "presence_min": str(criterion.presence_min),
        "units": {str(pk): [str(unit.theory), str(unit.practice)] for pk, unit in criterion.units.items()},
        "basis": dict(criterion.basis),
    }


def facts_frozen(facts: Facts, criterion: Criterion) -> dict[str, Any]:
    """The facts as they are kept."""
    shares = (*facts.studied, *facts.attended)
    theory, practice = hours_counted(shares, criterion.units)
    return {
        "is_confirmed": facts.is_confirmed,
        "credited_minutes": number(facts.credited_minutes),
        "theory_hours": number(theory),
        "practice_hours": number(practice),
        # Of the practice.
        "workplace_hours": number(workplace_counted(shares, criterion.units)),
        "studied": [[share.unit, number(share.theory), number(share.practice)] for share in facts.studied],
        "attended": [[share.unit, number(share.theory), number(share.practice)] for share in facts.attended],
        "hours_planned": number(facts.hours_planned),
        "hours_held": number(facts.hours_held),
        "hours_attended": number(facts.hours_attended),
        "questions_asked": facts.questions_asked,
        "questions_answered": facts.questions_answered,
        "quizzes_needed": facts.quizzes_needed,
        "quizzes_missing": list(facts.quizzes_missing),
    }
