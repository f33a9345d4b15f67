"""Decisions in words. The decision holds codes and values; what they are called is looked up when it is shown."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.policy.engine.decisions import Check, Message, Scalar, Step
from foundation.policy.values import figure_text, plain

# The texts of the engine itself; each app registers the titles and advice of its own rules.
TEXTS: dict[str, Any] = {
    "needed.yes": gettext_lazy("是"),
    "needed.no": gettext_lazy("否"),
    "needed.any_of": gettext_lazy("符合其中一种情形"),
    "needed.at_least": gettext_lazy("不少于 %(value)s"),
    "needed.at_most": gettext_lazy("不超过 %(value)s"),
    "needed.less_than": gettext_lazy("少于 %(value)s"),
    "needed.more_than": gettext_lazy("多于 %(value)s"),
    "needed.equals": gettext_lazy("等于 %(value)s"),
    "needed.between": gettext_lazy("在 %(low)s 至 %(high)s 之间"),
    "needed.one_of": gettext_lazy("属于：%(options)s"),
    "needed.dated_since_until": gettext_lazy("在 %(since)s 至 %(until)s 期间"),
    "needed.dated_since": gettext_lazy("在 %(since)s 或以后"),
    "needed.dated_until": gettext_lazy("在 %(until)s 或以前"),
    "needed.dated_": gettext_lazy("任何日期"),
    "needed.within_months": gettext_lazy("最迟 %(last)s（从 %(start)s 起 %(months)s 个月内）"),
    "needed.within_months_unknown": gettext_lazy("%(months)s 个月内"),
    "found.yes": gettext_lazy("是"),
    "found.no": gettext_lazy("否"),
    "found.unknown": gettext_lazy("暂无信息"),
    "found.value": gettext_lazy("%(value)s"),
    "found.group_met": gettext_lazy("符合"),
    "found.group_unmet": gettext_lazy("都不符合"),
    "operation.start": gettext_lazy("标准 %(value)s"),
    "operation.add": gettext_lazy("加 %(value)s"),
    "operation.subtract": gettext_lazy("减 %(value)s"),
    "operation.times": gettext_lazy("乘以 %(value)s"),
    "operation.divide": gettext_lazy("分为 %(value)s"),
    "operation.uplift": gettext_lazy("上浮 %(value)s"),
    "operation.share": gettext_lazy("按 %(value)s 计算"),
    "operation.at_most": gettext_lazy("最高 %(value)s"),
    "operation.at_least": gettext_lazy("最低 %(value)s"),
}


def register_words(texts: Mapping[str, Any]) -> None:
    """Add the titles (``check.…``, ``step.…``), advice and value names (``value.…``) of an app's rules."""
    for code, text in texts.items():
        if TEXTS.get(code, text) != text:
            raise ValueError(f"{code} already says something else")
        TEXTS[code] = text


def words(message: Message | str) -> str:
    """A message, title or advice in the language in use; a code nobody has put into words stays a code."""
    if isinstance(message, str):
        return str(TEXTS.get(message, message))
    template = str(TEXTS.get(message.code, message.code))
    values = dict(message.values)
    unit = values.pop("unit", "")
    shown = {name: _shown(value, str(unit or "")) for name, value in values.items()}
    return template % shown if shown else template


def step_words(step: Step) -> str:
    """What was done in a step: ``上浮 20%``."""
    return words(Message(f"operation.{step.operation}", (("value", step.value), ("unit", step.unit))))


def check_words(check: Check) -> dict[str, str]:
    """A check in words: title, needed, found, and what to do."""
    return {
        "title": words(check.title),
        "needed": words(check.needed),
        "found": words(check.found),
        "advice": words(check.advice) if check.advice else "",
    }


def _shown(value: Scalar, unit: str) -> str:
    if value is None:
        return words("found.unknown")
    if isinstance(value, bool):
        return words("needed.yes" if value else "needed.no")
    if isinstance(value, date):
        return _("%(year)s年%(month)s月%(day)s日") % {"year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return figure_text(number, unit) if unit else plain(number)
    if isinstance(value, tuple):
        return "、".join(_shown(one, unit) for one in value)
    return str(TEXTS.get(f"value.{value}", value))
