"""The names of the checks, and how a check answers."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.classes.rules.facts import Check, Place, Severity, listed

TITLES = {
    "school_state": gettext_lazy("机构状态"),
    "licence": gettext_lazy("办学许可证"),
    "scope": gettext_lazy("培训范围"),
    "package": gettext_lazy("职业培训包"),
    "dates": gettext_lazy("开班和结班日期"),
    "early": gettext_lazy("备案提前时间"),
    "size": gettext_lazy("班额"),
    "plan": gettext_lazy("课次填写完整"),
    "session_time": gettext_lazy("课次时长"),
    "own_clash": gettext_lazy("本班课次不重叠"),
    "inside": gettext_lazy("课次在班期内"),
    "day_hours": gettext_lazy("每天学时"),
    "night": gettext_lazy("上课时段"),
    "hours": gettext_lazy("学时与培训包一致"),
    "online": gettext_lazy("在线学时占比"),
    "teachers": gettext_lazy("教师资格"),
    "teachers_busy": gettext_lazy("教师时间"),
    "places": gettext_lazy("教学场所"),
    "places_busy": gettext_lazy("场所时间"),
    "roster": gettext_lazy("学员名册"),
    "one_row": gettext_lazy("名册没有重复"),
    "one_place": gettext_lazy("一人不同时在两个班"),
    "one_place_pending": gettext_lazy("与待审核班次的时间"),
    "twin": gettext_lazy("没有重复备案"),
    "assessment": gettext_lazy("考核安排"),
}


def answer(
    code: str,
    place: Place,
    *,
    needed: str,
    wrong: Iterable[str] = (),
    fix: str,
    good: str = "",
    severity: Severity = "block",
) -> Check:
    """A check that passes when nothing is wrong."""
    rows = tuple(dict.fromkeys(wrong))
    found = listed(rows) or good or _("符合")
    return Check(code, str(TITLES[code]), severity, not rows, needed, found, fix, place, rows)


def unknown(code: str, place: Place, figure: str) -> Check:
    """The figure is not set: somebody has to judge."""
    found = _("目前没有有效的“%(figure)s”") % {"figure": figure}
    fix = _("请审核人员按实际情况判断，并请政策管理人员补充标准。")
    return answer(code, place, needed=figure, wrong=[found], fix=fix, severity="warn")
