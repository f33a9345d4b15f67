"""The checks of filing over plain facts: tables an officer can read, and no database."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from courses.classes.rules.answers import TITLES
from courses.classes.rules.checks import RULES, blocking, judge, worsened
from courses.classes.rules.facts import (
    Busy,
    FilingFacts,
    Limits,
    Meeting,
    PlaceFact,
    SeatedTwice,
    Span,
    TeacherFact,
    UnitFact,
)
from courses.classes.rules.hours import hours_of, hours_that_fit, online_share
from courses.classes.rules.layout import days_between, lay_out, needs_of
from courses.classes.rules.slots import clashes, overlap

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 12, 7)
THEORY = UnitFact(1, "单元一", Decimal(4), Decimal(0), is_online_allowed=True, lessons=Decimal(4))
PRACTICE = UnitFact(2, "单元二", Decimal(0), Decimal(4))
TEACHER, ROOM = 11, 21


def at(hour, minute=0, *, day=MONDAY):
    return datetime.combine(day, time(hour, minute), ZONE)


def meeting(hour=18, *, hours=4, day=MONDAY, mode="practice", unit=2, **fields):
    starts = at(hour, day=day)
    given = {"theory": Decimal(0), "practice": Decimal(hours)} if mode == "practice" else {"theory": Decimal(hours)}
    given |= {"teacher": TEACHER, "premises": ROOM if mode not in {"live", "online"} else None, "unit": unit}
    ends = fields.pop("ends_at", starts + timedelta(minutes=45 * hours))
    return Meeting(number=fields.pop("number", 1), mode=mode, starts_at=starts, ends_at=ends, **(given | fields))


def facts(**fields):
    """A class run with nothing to object to."""
    given = {
        "on": date(2026, 11, 23),
        "stage": "filing",
        "starts_on": MONDAY,
        "ends_on": date(2026, 12, 31),
        "seats": 20,
        "training": "母婴护理员五级",
        "package": "母婴护理员培训包第 1 版",
        "school_state": "正常",
        "units": (THEORY, PRACTICE),
        "meetings": (meeting(),),
        "teachers": {TEACHER: TeacherFact("周老师", Span(), (Span(),))},
        "places": {ROOM: PlaceFact("一号教室", 40, Span())},
        "roster": 12,
        "working_days_left": 10,
        "assessment_on": date(2026, 12, 30),
        "limits": Limits(class_size=50, online_share=Decimal(50), days_before=5, day_hours=Decimal(8)),
    }
    return FilingFacts(**(given | fields))


def check(code, **fields):
    return next(check for check in judge(facts(**fields)) if check.code == code)


def test_a_sound_filing_passes_every_check():
    checks = judge(facts())
    assert [one.code for one in checks if not one.passed] == []
    assert {one.code for one in checks} == set(TITLES)
    assert len(checks) == len(RULES)


SLOT = (at(18), at(21))
BLOCKED = [
    ("school_state", {"school_is_active": False, "school_state": "暂停开班"}, "暂停开班"),
    ("licence", {"licensed": Span(None, date(2026, 12, 20))}, "有效期 2026-12-20，不含 2026-12-31"),
    ("scope", {"days_without_scope": (date(2026, 12, 31),)}, "2026-12-31 不在培训范围内"),
    ("package", {"package_is_published": False}, "母婴护理员培训包第 1 版已停用"),
    ("package", {"package_effective": Span(None, date(2026, 12, 6))}, "有效期 2026-12-06"),
    ("dates", {"on": MONDAY}, "开班日期 2026-12-07 已到或已过"),
    ("dates", {"stage": "opening", "on": date(2027, 1, 1)}, "结班日期 2026-12-31 已过"),
    ("size", {"seats": 51, "places": {ROOM: PlaceFact("礼堂", 60, Span())}}, "招生人数 51 人"),
    ("plan", {"meetings": ()}, "授课计划是空的"),
    ("plan", {"meetings": (meeting(teacher=None, premises=None),)}, "12月7日 18:00–21:00 没有教师、地点"),
    ("session_time", {"meetings": (meeting(ends_at=at(20, 59)),)}, "填了 4 学时，最多 3.5 学时"),
    ("own_clash", {"meetings": (meeting(), meeting(20))}, "12月7日 18:00–21:00 与 12月7日 20:00–23:00"),
    ("inside", {"meetings": (meeting(day=date(2027, 1, 1)),)}, "1月1日 18:00–21:00"),
    ("day_hours", {"meetings": (meeting(8, hours=5), meeting(14, hours=4))}, "12月7日 9 学时"),
    ("hours", {"meetings": (meeting(hours=3),)}, "单元二实操缺 1 学时"),
    ("hours", {"meetings": (meeting(unit=None),)}, "单元二实操缺 4 学时"),
    ("hours", {"units": (replace(THEORY, lessons=Decimal(1)), PRACTICE)}, "单元一理论缺 3 学时"),
    ("hours", {"units": (replace(THEORY, is_online_allowed=False), PRACTICE)}, "单元一理论缺 4 学时"),
    ("online", {"units": (replace(THEORY, theory=Decimal(6), lessons=Decimal(6)), PRACTICE)}, "在线占 60%"),
    ("online", {"package_online_share": Decimal(40)}, "在线占 50%"),
    ("online", {"units": (THEORY,), "meetings": (meeting(mode="live", unit=1),)}, "没有面授课"),
    ("teachers", {"teachers": {TEACHER: TeacherFact("周老师", Span(), ())}}, "周老师没有登记教这个职业的资格"),
    (
        "teachers",
        {"teachers": {TEACHER: TeacherFact("周老师", Span(), (Span(None, date(2026, 12, 6)),))}},
        "周老师的资格在 12月7日 不在有效期内",
    ),
    (
        "teachers",
        {"teachers": {TEACHER: TeacherFact("周老师", Span(date(2026, 12, 8)), (Span(),))}},
        "周老师在 12月7日 不在任教期间",
    ),
    (
        "teachers_busy",
        {"teachers_busy": (Busy("周老师", *SLOT, "“晚班”"),)},
        "周老师在 12月7日 18:00–21:00 已安排给“晚班”",
    ),
    ("places", {"places": {ROOM: PlaceFact("一号教室", 15, Span())}}, "一号教室有 15 座，少于招生人数 20 人"),
    (
        "places",
        {"places": {ROOM: PlaceFact("一号教室", 40, Span(None, date(2026, 12, 1)))}},
        "一号教室在 12月7日 不可用",
    ),
    ("places_busy", {"places_busy": (Busy("一号教室", *SLOT, ""),)}, "已安排给其他机构的班次"),
    ("roster", {"roster": 0}, "名册是空的"),
    ("roster", {"roster": 0, "takes_applications": True, "stage": "opening"}, "名册是空的"),
    ("one_row", {"rows_of_one_person": (3,)}, "名册第 3 行"),
    ("one_place", {"seated_twice": (SeatedTwice(3, *SLOT),)}, "名册第 3 行的学员 12月7日 18:00–21:00 在另一个班"),
    ("assessment", {"assessment_missing": ("拟考核地点",)}, "没有填写拟考核地点"),
    ("assessment", {"assessment_on": date(2026, 12, 1)}, "考核日期 2026-12-01 早于开班日期"),
]


@pytest.mark.parametrize(("code", "fields", "found"), BLOCKED)
def test_what_blocks_and_what_the_school_reads(code, fields, found):
    answer = check(code, **fields)
    assert answer.blocks
    assert found in answer.found
    assert answer.needed
    assert answer.fix


WARNED = [
    ("early", {"working_days_left": 4}, "距开班还有 4 个工作日"),
    ("early", {"limits": Limits()}, "目前没有有效的“提前备案的工作日数”"),
    ("size", {"limits": Limits()}, "目前没有有效的“班额上限”"),
    ("day_hours", {"limits": Limits()}, "目前没有有效的“每天学时上限”"),
    ("online", {"limits": Limits()}, "目前没有有效的“在线学时最高占比”"),
    ("night", {"meetings": (meeting(6),)}, "12月7日 06:00–09:00"),
    ("night", {"meetings": (meeting(20),)}, "12月7日 20:00–23:00"),
    ("roster", {"roster": 0, "takes_applications": True}, "名册是空的"),
    ("one_place_pending", {"seated_twice": (SeatedTwice(3, *SLOT, is_pending=True),)}, "名册第 3 行"),
    ("twin", {"twins": ("BC2026000001 晚班",)}, "BC2026000001 晚班"),
]


@pytest.mark.parametrize(("code", "fields", "found"), WARNED)
def test_what_only_warns(code, fields, found):
    answer = check(code, **fields)
    assert (answer.passed, answer.severity) == (False, "warn")
    assert found in answer.found


def test_knowledge_occupations_may_be_taught_online_alone():
    online = facts(is_practical=False, units=(THEORY,), meetings=(meeting(mode="live", unit=1),))
    assert next(one for one in judge(online) if one.code == "online").passed


def test_a_long_list_of_faults_is_counted_and_a_change_is_judged_by_what_it_adds():
    before = judge(facts(meetings=tuple(meeting(6, day=MONDAY + timedelta(days=n), teacher=None) for n in range(5))))
    plan = next(one for one in before if one.code == "plan")
    assert plan.found.endswith("；等 5 处")
    assert len(plan.wrong) == 5
    fewer = judge(facts(meetings=tuple(meeting(6, day=MONDAY + timedelta(days=n), teacher=None) for n in range(4))))
    assert worsened(before, fewer) == []
    more = judge(facts(meetings=(meeting(9, teacher=None),)))
    assert [one.code for one in worsened(before, more)] == ["plan"]
    assert "plan" in {one.code for one in blocking(more)}


@pytest.mark.parametrize(
    ("first", "second", "meets"),
    [((18, 21), (21, 22), False), ((18, 21), (20, 22), True), ((18, 21), (17, 18), False), ((18, 21), (19, 20), True)],
)
def test_slots_meet_only_when_they_share_time(first, second, meets):
    one, other = (meeting(start, ends_at=at(end)) for start, end in (first, second))
    assert overlap(one, other) is overlap(other, one) is meets
    assert bool(clashes([one], [other])) is meets


@pytest.mark.parametrize(("minutes", "hours"), [(44, "0.5"), (45, "1"), (67, "1"), (68, "1.5"), (135, "3"), (0, "0")])
def test_how_many_hours_a_length_of_time_holds(minutes, hours):
    assert hours_that_fit(timedelta(minutes=minutes)) == Decimal(hours)


def test_online_hours_count_only_for_what_is_not_taught_in_the_room():
    meetings = (meeting(hours=3, mode="classroom", unit=1), meeting())
    row = hours_of((THEORY, PRACTICE), meetings)[0]
    assert (row.theory, row.online, row.theory_missing) == (3, 1, 0)
    assert online_share((THEORY, PRACTICE), meetings) == Decimal("12.5")


def test_self_study_sessions_count_nothing_of_their_own():
    units = (replace(THEORY, lessons=Decimal(0)),)
    assert hours_of(units, (meeting(mode="online", unit=1),))[0].theory_missing == 4


def test_the_missing_hours_are_laid_over_evenings_unit_by_unit():
    units = (replace(THEORY, lessons=Decimal(1)), PRACTICE)
    needs = needs_of(units, ())
    assert [(need.unit, need.is_practice, need.hours) for need in needs] == [(1, False, 3), (2, True, 4)]
    days = days_between(MONDAY, date(2026, 12, 20), weekdays=[0, 2], left_out=[date(2026, 12, 9)])
    blocks = lay_out(needs, days, starts=time(18, 30), ends=time(21, 30), zone=ZONE)
    assert [(f"{block.starts_at:%m-%d %H:%M}", f"{block.ends_at:%H:%M}", block.mode.value) for block in blocks] == [
        ("12-07 18:30", "20:45", "classroom"),
        ("12-07 20:45", "21:30", "practice"),
        ("12-14 18:30", "20:45", "practice"),
    ]
    assert [block.theory + block.practice for block in blocks] == [3, 1, 3]


def test_days_that_are_too_short_take_nothing():
    assert lay_out(needs_of((PRACTICE,), ()), [MONDAY], starts=time(18), ends=time(18, 20), zone=ZONE) == []
