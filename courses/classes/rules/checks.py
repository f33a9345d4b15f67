"""The checks of filing, opening and changes, one function each, in the order a reader wants them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal
from itertools import combinations

from django.utils.translation import gettext as _

from courses.classes.rules.answers import answer, unknown
from courses.classes.rules.facts import (
    Busy,
    Check,
    FilingFacts,
    Severity,
    day_text,
    hours_text,
    slot_text,
    span_text,
)
from courses.classes.rules.hours import hours_of, hours_that_fit, online_share
from courses.classes.rules.slots import overlap
from courses.classes.states import ONSITE, TAUGHT, SessionMode

MORNING, NIGHT = time(7, 0), time(22, 0)


def school_state(facts: FilingFacts) -> Check:
    wrong = [] if facts.school_is_active else [facts.school_state]
    fix = _("请联系人社部门；恢复正常后才能备案和开班。")
    return answer("school_state", "school", needed=_("机构状态为“正常”"), wrong=wrong, fix=fix)


def licence(facts: FilingFacts) -> Check:
    ends = [day for day in (facts.starts_on, facts.ends_on) if not facts.licensed.holds(day)]
    valid = span_text(facts.licensed)
    wrong = [_("有效期 %(span)s，不含 %(day)s") % {"span": valid, "day": day.isoformat()} for day in ends]
    fix = _("请先换证并申请变更登记，或把班期改到许可证有效期内。")
    return answer("licence", "school", needed=_("整个班期都在许可证有效期内"), wrong=wrong, fix=fix, good=valid)


def scope(facts: FilingFacts) -> Check:
    wrong = [_("%(day)s 不在培训范围内") % {"day": day.isoformat()} for day in facts.days_without_scope]
    needed = _("%(training)s在批准的培训范围内") % {"training": facts.training}
    fix = _("请先申请增加或续期这项培训范围，或把班期改到范围有效期内。")
    return answer("scope", "school", needed=needed, wrong=wrong, fix=fix)


def package(facts: FilingFacts) -> Check:
    wrong = []
    if not facts.package_is_published:
        wrong.append(_("%(package)s已停用") % {"package": facts.package})
    elif not facts.package_effective.holds(facts.starts_on):
        span = span_text(facts.package_effective)
        wrong.append(_("%(package)s有效期 %(span)s") % {"package": facts.package, "span": span})
    fix = _("请在课程页面改用现行的培训包版本，发布后用新的课程版本建立班次。")
    return answer("package", "course", needed=_("开班当天培训包版本有效"), wrong=wrong, fix=fix)


def dates(facts: FilingFacts) -> Check:
    wrong = []
    if facts.stage == "filing" and facts.starts_on <= facts.on:
        wrong.append(_("开班日期 %(day)s 已到或已过") % {"day": facts.starts_on.isoformat()})
    if facts.stage == "opening" and facts.ends_on < facts.on:
        wrong.append(_("结班日期 %(day)s 已过") % {"day": facts.ends_on.isoformat()})
    fix = _("请修改开班和结班日期，并相应调整授课计划。")
    return answer("dates", "details", needed=_("先备案，后开班"), wrong=wrong, fix=fix)


def early(facts: FilingFacts) -> Check | None:
    if facts.stage != "filing":
        return None
    limit, left = facts.limits.days_before, facts.working_days_left
    if limit is None or left is None:
        return unknown("early", "details", _("提前备案的工作日数"))
    wrong = [_("距开班还有 %(left)d 个工作日") % {"left": left}] if left < limit else []
    needed = _("开班前至少 %(limit)d 个工作日提交") % {"limit": limit}
    fix = _("可以照常提交；审核可能来不及在开班前办完，建议推迟开班日期。")
    return answer("early", "details", needed=needed, wrong=wrong, fix=fix, severity="warn")


def size(facts: FilingFacts) -> Check:
    limit = facts.limits.class_size
    if limit is None:
        return unknown("size", "details", _("班额上限"))
    wrong = [_("招生人数 %(seats)d 人") % {"seats": facts.seats}] if facts.seats > limit else []
    needed = _("每班不超过 %(limit)d 人") % {"limit": limit}
    good = _("%(seats)d 人") % {"seats": facts.seats}
    return answer("size", "details", needed=needed, wrong=wrong, fix=_("请减少招生人数，或分成两个班。"), good=good)


def plan(facts: FilingFacts) -> Check:
    wrong = [] if facts.meetings else [_("授课计划是空的")]
    for meeting in facts.meetings:
        lacks = []
        if meeting.mode in TAUGHT and meeting.teacher is None:
            lacks.append(_("教师"))
        if meeting.mode in ONSITE and meeting.premises is None:
            lacks.append(_("地点"))
        if lacks:
            slot = slot_text(meeting.starts_at, meeting.ends_at)
            wrong.append(_("%(slot)s 没有%(lacks)s") % {"slot": slot, "lacks": "、".join(lacks)})
    needed = _("面授和直播课有教师，面授课有地点")
    fix = _("请在授课计划中补充。")
    return answer("plan", "plan", needed=needed, wrong=wrong, fix=fix, good=_("共 %d 次课") % len(facts.meetings))


def session_time(facts: FilingFacts) -> Check:
    wrong = []
    for meeting in facts.meetings:
        room = hours_that_fit(meeting.ends_at - meeting.starts_at)
        if meeting.hours > room:
            slot, hours = slot_text(meeting.starts_at, meeting.ends_at), hours_text(meeting.hours)
            wrong.append(
                _("%(slot)s 填了 %(hours)s 学时，最多 %(room)s 学时")
                % {"slot": slot, "hours": hours, "room": hours_text(room)}
            )
    fix = _("每学时 45 分钟。请延长上课时间，或减少学时。")
    return answer("session_time", "plan", needed=_("学时不超过上课时间所能容纳的"), wrong=wrong, fix=fix)


def own_clash(facts: FilingFacts) -> Check:
    timed = [meeting for meeting in facts.meetings if meeting.mode != SessionMode.ONLINE]
    wrong = [
        _("%(one)s 与 %(other)s")
        % {"one": slot_text(one.starts_at, one.ends_at), "other": slot_text(other.starts_at, other.ends_at)}
        for one, other in combinations(timed, 2)
        if overlap(one, other)
    ]
    fix = _("请调整其中一次课的时间；重复录入的，请删除一次。")
    return answer("own_clash", "plan", needed=_("同一个班同一时间只有一次课"), wrong=wrong, fix=fix)


def inside(facts: FilingFacts) -> Check:
    wrong = [
        slot_text(meeting.starts_at, meeting.ends_at)
        for meeting in facts.meetings
        if not facts.starts_on <= meeting.day <= meeting.ends_at.date() <= facts.ends_on
    ]
    needed = _("每次课都在 %(first)s 至 %(last)s 之间") % {
        "first": facts.starts_on.isoformat(),
        "last": facts.ends_on.isoformat(),
    }
    fix = _("请修改课次日期，或修改开班、结班日期。")
    return answer("inside", "plan", needed=needed, wrong=wrong, fix=fix)


def day_hours(facts: FilingFacts) -> Check:
    limit = facts.limits.day_hours
    if limit is None:
        return unknown("day_hours", "plan", _("每天学时上限"))
    sums: defaultdict[date, Decimal] = defaultdict(Decimal)
    for meeting in facts.meetings:
        if meeting.mode != SessionMode.ONLINE:
            sums[meeting.day] += meeting.hours
    wrong = [
        _("%(day)s %(hours)s 学时") % {"day": day_text(day), "hours": hours_text(hours)}
        for day, hours in sorted(sums.items())
        if hours > limit
    ]
    needed = _("每天不超过 %(limit)s 学时") % {"limit": hours_text(limit)}
    return answer("day_hours", "plan", needed=needed, wrong=wrong, fix=_("请把部分课次移到其他日子。"))


def night(facts: FilingFacts) -> Check:
    wrong = [
        slot_text(meeting.starts_at, meeting.ends_at)
        for meeting in facts.meetings
        if meeting.mode != SessionMode.ONLINE
        and (
            meeting.starts_at.time() < MORNING or meeting.ends_at.time() > NIGHT or meeting.ends_at.date() > meeting.day
        )
    ]
    fix = _("请核对是否填错；确实这样安排的，可以照常提交。")
    return answer("night", "plan", needed=_("在 7:00 至 22:00 之间上课"), wrong=wrong, fix=fix, severity="warn")


def hours(facts: FilingFacts) -> Check:
    wrong = []
    for row in hours_of(facts.units, facts.meetings):
        lacks = []
        if row.theory_missing:
            lacks.append(_("理论缺 %(hours)s 学时") % {"hours": hours_text(row.theory_missing)})
        if row.practice_missing:
            lacks.append(_("实操缺 %(hours)s 学时") % {"hours": hours_text(row.practice_missing)})
        if lacks:
            wrong.append(_("%(unit)s%(lacks)s") % {"unit": row.unit.title, "lacks": "、".join(lacks)})
    needed = _("理论 %(theory)s 学时、实操 %(practice)s 学时，每个单元都排足") % {
        "theory": hours_text(sum((unit.theory for unit in facts.units), Decimal(0))),
        "practice": hours_text(sum((unit.practice for unit in facts.units), Decimal(0))),
    }
    fix = _("请在授课计划中补排，并为每次课选对学习单元。在线课时只有培训包允许的单元才算，没有选单元的课次不算。")
    return answer("hours", "plan", needed=needed, wrong=wrong, fix=fix)


def online(facts: FilingFacts) -> Check | None:
    share = online_share(facts.units, facts.meetings)
    found = _("在线占 %(share)s%%") % {"share": hours_text(share.quantize(Decimal("0.1")))}
    fix = _("请增加面授课次。实操技能型职业不能全部在线培训。")
    is_onsite = any(meeting.mode in ONSITE and meeting.hours for meeting in facts.meetings)
    if facts.is_practical and not is_onsite:
        return answer("online", "plan", needed=_("实操技能型职业必须有面授课"), wrong=[_("没有面授课")], fix=fix)
    limit = facts.package_online_share
    if limit is None and facts.is_practical:
        limit = facts.limits.online_share
        if limit is None:
            return unknown("online", "plan", _("在线学时最高占比"))
    if limit is None:
        return answer("online", "plan", needed=_("知识技能型职业不限在线占比"), fix=fix, good=found)
    needed = _("在线学时不超过 %(limit)s%%") % {"limit": hours_text(limit)}
    return answer("online", "plan", needed=needed, wrong=[found] if share > limit else [], fix=fix, good=found)


def teachers(facts: FilingFacts) -> Check:
    wrong = []
    for meeting in facts.meetings:
        teacher = facts.teachers.get(meeting.teacher or 0)
        if teacher is None:
            continue
        words = {"name": teacher.name, "day": day_text(meeting.day)}
        if not teacher.employed.holds(meeting.day):
            wrong.append(_("%(name)s在 %(day)s 不在任教期间") % words)
        elif not teacher.papers:
            wrong.append(_("%(name)s没有登记教这个职业的资格") % words)
        elif not any(paper.holds(meeting.day) for paper in teacher.papers):
            wrong.append(_("%(name)s的资格在 %(day)s 不在有效期内") % words)
    fix = _("请换一位教师，或到“教师”中补登、更新资格。")
    return answer("teachers", "plan", needed=_("每次课的教师在任，资格有效"), wrong=wrong, fix=fix)


def teachers_busy(facts: FilingFacts) -> Check:
    fix = _("请换一位教师，或调整这次课的时间。")
    needed = _("同一位教师同一时间只上一个班的课，包括在其他机构")
    return answer("teachers_busy", "plan", needed=needed, wrong=_busy(facts.teachers_busy), fix=fix)


def _busy(rows: Iterable[Busy]) -> list[str]:
    return [
        _("%(name)s在 %(slot)s 已安排给%(holder)s")
        % {"name": row.name, "slot": slot_text(row.starts_at, row.ends_at), "holder": row.holder or _("其他机构的班次")}
        for row in rows
    ]


def places(facts: FilingFacts) -> Check:
    wrong = []
    for meeting in facts.meetings:
        premises = facts.places.get(meeting.premises or 0)
        if premises is None:
            continue
        if premises.seats < facts.seats:
            words = {"name": premises.name, "seats": premises.seats, "class": facts.seats}
            wrong.append(_("%(name)s有 %(seats)d 座，少于招生人数 %(class)d 人") % words)
        if not premises.usable.holds(meeting.day):
            wrong.append(_("%(name)s在 %(day)s 不可用") % {"name": premises.name, "day": day_text(meeting.day)})
    fix = _("请换一处场所、减少招生人数，或调整日期。")
    return answer("places", "plan", needed=_("场所可用，座位够全班坐"), wrong=wrong, fix=fix)


def places_busy(facts: FilingFacts) -> Check:
    fix = _("请换一处场所，或调整这次课的时间。")
    return answer(
        "places_busy", "plan", needed=_("同一场所同一时间只有一个班"), wrong=_busy(facts.places_busy), fix=fix
    )


def roster(facts: FilingFacts) -> Check:
    is_later = facts.stage == "filing" and facts.takes_applications
    wrong = [] if facts.roster else [_("名册是空的")]
    fix = _("本班接受本人报名，可以先备案；开班前名册要有学员。") if is_later else _("请导入学员名册，或开放本人报名。")
    good = _("%(count)d 人") % {"count": facts.roster}
    severity: Severity = "warn" if is_later else "block"
    return answer("roster", "roster", needed=_("至少一名学员"), wrong=wrong, fix=fix, good=good, severity=severity)


def one_row(facts: FilingFacts) -> Check:
    wrong = [_("名册第 %(row)d 行") % {"row": row} for row in facts.rows_of_one_person]
    return answer("one_row", "roster", needed=_("同一个人只在名册上出现一次"), wrong=wrong, fix=_("请删除重复的一行。"))


def one_place(facts: FilingFacts) -> Check:
    fix = _("请与学员本人核对：请她退出其中一个班，或调整本班的时间。")
    needed = _("学员在上课时间没有别的班")
    return answer("one_place", "roster", needed=needed, wrong=_seated(facts, is_pending=False), fix=fix)


def one_place_pending(facts: FilingFacts) -> Check:
    fix = _("另一个班还没有备案。先备案的有效；请与学员本人核对她上哪个班。")
    needed = _("学员没有报另一个同一时间的班")
    wrong = _seated(facts, is_pending=True)
    return answer("one_place_pending", "roster", needed=needed, wrong=wrong, fix=fix, severity="warn")


def _seated(facts: FilingFacts, *, is_pending: bool) -> list[str]:
    return [
        _("名册第 %(row)d 行的学员 %(slot)s 在另一个班")
        % {"row": seat.row, "slot": slot_text(seat.starts_at, seat.ends_at)}
        for seat in facts.seated_twice
        if seat.is_pending == is_pending
    ]


def twin(facts: FilingFacts) -> Check:
    fix = _("如果是误建的，请取消其中一个；确实开两个同样的班，可以照常提交。")
    needed = _("没有课程、日期和上课时间都相同的班次")
    return answer("twin", "details", needed=needed, wrong=facts.twins, fix=fix, severity="warn")


def assessment(facts: FilingFacts) -> Check:
    wrong = (
        [_("没有填写%(missing)s") % {"missing": "、".join(facts.assessment_missing)}]
        if facts.assessment_missing
        else []
    )
    if facts.assessment_on and facts.assessment_on < facts.starts_on:
        wrong.append(_("考核日期 %(day)s 早于开班日期") % {"day": facts.assessment_on.isoformat()})
    fix = _("请填写拟考核日期、地点，以及谁来考、考哪些部分、不及格怎么办。")
    return answer("assessment", "assessment", needed=_("有考核日期、地点和安排"), wrong=wrong, fix=fix)


Rule = Callable[[FilingFacts], Check | None]
RULES: tuple[Rule, ...] = (
    school_state, licence, scope, package, dates, early, size, plan, session_time, own_clash, inside, day_hours,
    night, hours, online, teachers, teachers_busy, places, places_busy, roster, one_row, one_place,
    one_place_pending, twin, assessment,
)  # fmt: skip
# A change of one session after filing is judged by what a session can get wrong.
CHANGE_RULES: tuple[Rule, ...] = (
    plan, session_time, own_clash, inside, day_hours, night, hours, online, teachers, teachers_busy, places,
    places_busy, one_place, one_place_pending,
)  # fmt: skip


def judge(facts: FilingFacts) -> list[Check]:
    """Every check that is asked at the stage, in the order of the list."""
    rules = CHANGE_RULES if facts.stage == "change" else RULES
    return [check for rule in rules if (check := rule(facts)) is not None]


def blocking(checks: Iterable[Check]) -> list[Check]:
    """Those that forbid the step."""
    return [check for check in checks if check.blocks]


def worsened(before: Iterable[Check], after: Iterable[Check]) -> list[Check]:
    """The checks that forbid a change: whatever blocks now and was not found before it."""
    known = {check.code: set(check.wrong) for check in before}
    return [check for check in blocking(after) if set(check.wrong) - known.get(check.code, set())]
