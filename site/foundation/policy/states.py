"""The words of dated policy: where a figure comes from, what it counts, how far it has got."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Provenance(TextChoices):
    """How the platform came to know a figure. Only official texts count without an officer's check."""

    OFFICIAL_TEXT = "F-A", _("政府网站或规范性文件全文")
    OFFICIAL_REPRINT = "F-B", _("官方文本的转载或报道")
    THIRD_PARTY = "F-C", _("第三方网页转述")
    MEMORY_HIGH = "M-H", _("业务经验，把握较大")
    MEMORY_MEDIUM = "M-M", _("业务经验，把握一般")
    MEMORY_LOW = "M-L", _("业务经验，把握较小")
    DERIVED = "D", _("由其他标准计算得出")
    PLATFORM = "P", _("平台规则，不是政策")


# These are the official words themselves; everything else is shown as 待核实 until an officer has compared it.
CHECKED_BY_PROVENANCE = frozenset({Provenance.OFFICIAL_TEXT, Provenance.OFFICIAL_REPRINT})


class Unit(TextChoices):
    FEN = "fen", _("元（按分保存）")
    PERCENT = "percent", _("百分比")
    POINTS = "points", _("分值")
    DAY = "day", _("天")
    WORKING_DAY = "working_day", _("个工作日")
    MONTH = "month", _("个月")
    YEAR = "year", pgettext_lazy("duration", "年")
    TIMES = "times", _("次")
    CREDITED_HOUR = "credited_hour", _("学时")
    MINUTE = "minute", _("分钟")
    SECOND = "second", _("秒")
    PERSON = "person", _("人")
    AGE = "age", _("周岁")
    PERIOD = "period", _("期")
    DAY_OF_MONTH = "day_of_month", _("日（每月）")
    LEVEL = "level", _("级")
    SWITCH = "switch", _("是否（1 为是，0 为否）")


class Level(TextChoices):
    NATIONAL = "national", _("国家")
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    DISTRICT = "district", _("区")


class VersionStatus(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN_DRAFT = "withdrawn_draft", _("已撤回的草稿")


class Origin(TextChoices):
    BASE = "base", _("基础数据")
    OFFICER = "officer", _("政策管理人员录入")


# The places a figure can be valid in. A reference city's figures are kept apart, to compare with and never to pay by.
NATION = "000000"
PLACES = {
    NATION: _("全国"),
    "350000": _("福建省"),
    "350200": _("厦门市"),
    "350500": _("泉州市"),
}


def places_above(city: str) -> tuple[str, ...]:
    """The city itself, its province and the nation, the nearest first: 350200 → 350200, 350000, 000000."""
    return tuple(dict.fromkeys((city, f"{city[:2]}0000", NATION)))
