"""What the lines of an estimate are called, in words a worker reads without help."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from foundation.policy.engine import Message, register_words, words
from foundation.policy.values import plain
from residency.routes.rules.facts import EDUCATION, FACTS, LEVELS

MONTHS_OF_A_YEAR = 12

TEXTS: dict[str, Any] = {
    "routes.found.unknown": _("还不知道"),
    "routes.found.age": _("%(value)s 周岁"),
    "routes.found.months": _("%(value)s"),
    "routes.found.amount": _("%(value)s"),
    "routes.found.records": _("%(value)s 条"),
    "routes.found.record": _("有：%(kinds)s"),
    "routes.found.no_record": _("没有"),
    "routes.found.education": _("%(value)s"),
    "routes.found.other_employer": _("单位不一致"),
    "routes.found.question": _("原文没有写明，要问户政窗口"),
    "routes.needed.all": _("下面各项都要符合"),
    "routes.needed.question": _("由经办部门确认"),
    "routes.needed.same_employer": _("同一个单位"),
    "routes.needed.running": _("现在仍然有效"),
    "routes.needed.no_record": _("没有"),
    "routes.needed.record": _("有其中一种：%(kinds)s"),
    "routes.needed.education": _("%(value)s及以上"),
    "routes.needed.age.low": _("满 %(low)s 周岁"),
    "routes.needed.age.high": _("不超过 %(high)s 周岁"),
    "routes.needed.age.low.high": _("%(low)s 至 %(high)s 周岁"),
    "routes.needed.time.low": _("不少于 %(low)s"),
    "routes.needed.time.high": _("不超过 %(high)s"),
    "routes.needed.time.low.high": _("%(low)s 至 %(high)s"),
    "routes.needed.amount.low": _("不少于 %(low)s"),
    "routes.needed.amount.high": _("不超过 %(high)s"),
    "routes.needed.amount.low.high": _("%(low)s 至 %(high)s"),
    "routes.counted.tier": _("%(value)s"),
    "routes.counted.none": _("没有可以计分的"),
    "routes.left_out.late": _("补缴的 %(value)s 个月不算"),
    "routes.left_out.transferred": _("外地转入的 %(value)s 个月不算"),
    "routes.left_out.employer": _("缴费单位和工作单位不一致的 %(value)s 个月不算"),
    "routes.left_out.elsewhere": _("不在规定地区或种类的 %(value)s 个月不算"),
    "routes.left_out.base": _("缴费基数不够的 %(value)s 个月不算"),
    "routes.left_out.twice": _("和别的项目重复的 %(value)s 个月不算"),
    "routes.left_out.broken": _("中断以前的 %(value)s 个月不算"),
    "routes.left_out.longer": _("比对照的时间多出的 %(value)s 个月不算"),
    "routes.left_out.window": _("不在规定时间或种类里的 %(value)s 条不算"),
    "routes.change.level": _("取得%(value)s证书"),
    "routes.change.education": _("学历提高到%(value)s"),
    "routes.change.yes": _("办好或符合“%(fact)s”"),
    "routes.change.no": _("不再属于“%(fact)s”"),
    "routes.change.unit": _("%(fact)s增加 %(value)s"),
    "routes.change.time.gate": _("照现在这样继续，最早 %(on)s达到“%(name)s”"),
    "routes.change.time.item": _("照现在这样继续，%(on)s起，“%(name)s”多 %(points)s 分"),
    "routes.change.time.item_less": _("%(on)s起，“%(name)s”少 %(points)s 分"),
    "routes.change.time.outcome": _("照现在这样继续，最早 %(on)s符合“%(name)s”"),
}
register_words(TEXTS)

KIND_WORDS: dict[str, Any] = {**EDUCATION, **LEVELS}


def duration(months: Decimal) -> str:
    """``5 年``, ``4 年 10 个月``, ``7 个月``."""
    years, rest = divmod(int(months), MONTHS_OF_A_YEAR)
    if not years:
        return _now("%(months)s 个月") % {"months": rest}
    if not rest:
        return _now("%(years)s 年") % {"years": years}
    return _now("%(years)s 年 %(months)s 个月") % {"years": years, "months": rest}


def said(message: Message) -> str:
    """A message of an estimate in words; every template of the pages shows lines through this."""
    if message.code == "routes.found.months":
        return duration(Decimal(str(dict(message.values)["value"])))
    is_time = message.code.startswith("routes.needed.time")
    shown = tuple((name, _shown(name, value, is_time)) for name, value in message.values)
    return words(Message(message.code, shown))


def _shown(name: str, value: Any, is_time: bool) -> Any:
    if is_time and isinstance(value, Decimal):
        return duration(value)
    if name == "fact":
        return str(FACTS[value].label)
    if isinstance(value, tuple):
        return "、".join(str(KIND_WORDS.get(one, one)) for one in value)
    return str(KIND_WORDS[value]) if isinstance(value, str) and value in KIND_WORDS else value


def points_text(value: Decimal | None) -> str:
    """Points without needless noughts; unknown ones as words."""
    return str(_("还不知道")) if value is None else plain(value)
