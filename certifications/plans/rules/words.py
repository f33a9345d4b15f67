"""How a check of a plan answers."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.plans.rules.facts import Check, Place

LISTED = 3
NAMES = {
    "permission": gettext_lazy("评价范围和备案"),
    "class": gettext_lazy("培训班"),
    "parts": gettext_lazy("考核部分"),
    "ahead": gettext_lazy("考核时间"),
    "own_clash": gettext_lazy("各部分时间不重叠"),
    "applies": gettext_lazy("申报时间"),
}


def listed(rows: Sequence[str]) -> str:
    """The first few, and how many more."""
    first = "、".join(rows[:LISTED])
    if len(rows) <= LISTED:
        return first
    return _("%(first)s等 %(count)d 项") % {"first": first, "count": len(rows)}


def answer(
    code: str,
    place: Place,
    *,
    needed: str,
    wrong: Iterable[str] = (),
    advice: str,
    name: str = "",
    good: str = "",
    is_advice: bool = False,
    is_unverified: bool = False,
) -> Check:
    """A check that passes when nothing is wrong."""
    rows = tuple(dict.fromkeys(wrong))
    return Check(
        code=code,
        name=name or str(NAMES[code]),
        is_advice=is_advice,
        passed=not rows,
        needed=needed,
        found=listed(rows) or good or _("符合"),
        advice=advice,
        place=place,
        wrong=rows,
        is_unverified=is_unverified,
    )


def unknown(code: str, name: str, place: Place, figure: str) -> Check:
    """The figure is not set: somebody has to judge, nothing is held up."""
    return answer(
        code,
        place,
        name=name,
        needed=figure,
        wrong=[_("目前没有有效的“%(figure)s”标准") % {"figure": figure}],
        advice=_("请按职业标准自行核对，并请政策管理人员补充标准。"),
        is_advice=True,
    )
