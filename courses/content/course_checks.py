"""What stands between a course and the public. The editor reads the same list the gates go by."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from django.conf import settings
from django.utils.translation import gettext as _

from courses.catalogue.models import PackageUnit, PackageVersion
from courses.catalogue.selectors import editions_open
from courses.catalogue.states import SkillNature
from courses.content.course_lessons import DraftLesson, lessons_read
from courses.content.course_selectors import units_by_code
from courses.content.media_selectors import questions_in_use
from courses.content.models import CoursePage
from courses.content.states import HOUR_MINUTES, CourseMode
from courses.schools.models import School
from courses.schools.selectors import is_licensed, scope_covers
from courses.schools.states import SchoolState
from foundation.policy.selectors import figures_for
from foundation.policy.values import ParameterValue

# Platform rules; where the platform has not set one for the day, only what the package and the standard say holds.
SHARE_MAX = "class.online_share.max"
SPEED_MAX = "study.speed.max"


@dataclass(frozen=True)
class Problem:
    """Something that must be put right before publication: what, why, and what to do."""

    code: str
    message: str


def course_check(page: CoursePage, *, on: date) -> list[Problem]:
    """Everything that keeps the course from being published on the day; nothing when it may go ahead."""
    if page.school_id is None or page.package_version_id is None:
        return [Problem("package_missing", _("还没有选职业培训包。请先选一个本校可以培训的培训包。"))]
    lessons = lessons_read(page)
    units = units_by_code(page.package_version_id)
    problems = [
        *_school_problems(page.school, on),
        *_package_problems(page, on),
        *_platform_problems(page, lessons, units, on),
    ]
    if not lessons:
        return [*problems, Problem("no_lesson", _("课程还没有课时。请至少添加一个课时。"))]
    for place, lesson in enumerate(lessons, start=1):
        problems += _lesson_problems(page, place, lesson, units)
    return problems + list(_hours_problems(page, lessons, units))


def _school_problems(school: School, on: date) -> Iterator[Problem]:
    if school.state == SchoolState.SUSPENDED:
        yield Problem("school_suspended", _("本校已被暂停开班，现在不能发布课程。请先联系人社局办理恢复。"))
    elif school.state == SchoolState.CLOSED:
        yield Problem("school_closed", _("本校已退出培训机构名录，不能发布课程。如有疑问请联系人社局。"))
    elif not is_licensed(school, on):
        yield Problem(
            "licence_over", _("%(day)s 不在办学许可证有效期内。请先到“本校登记”更新许可证。") % {"day": on.isoformat()}
        )


def _package_problems(page: CoursePage, on: date) -> Iterator[Problem]:
    version: PackageVersion = page.package_version
    package = version.package
    if page.pk and page.depth and not _stands_under_its_school(page):
        yield Problem("school_moved", _("课程不在本校的页面下面。请把它移回本校页面，或者重新建一门课程。"))
    if not editions_open(on=on).filter(pk=version.pk).exists():
        yield Problem(
            "package_over",
            _("培训包“%(package)s”今天不能再用（未发布、已停用或不在有效期内）。请换用现行版本。")
            % {"package": version},
        )
    covered = scope_covers(
        page.school,
        occupation_id=package.occupation_id,
        work_type_id=package.work_type_id,
        level=package.level,
        kind=package.kind,
        on=on,
    )
    if covered is None:
        names = (package.occupation, package.work_type, package.get_level_display() if package.level else None)
        yield Problem(
            "outside_scope",
            _("“%(training)s”（%(kind)s）今天不在本校的培训范围内。请换一个培训包，或先申请增加培训范围。")
            % {
                "training": " ".join(str(name) for name in names if name),
                "kind": package.get_kind_display(),
            },
        )


def _stands_under_its_school(page: CoursePage) -> bool:
    parent = page.get_parent()
    organisation = getattr(parent.specific, "organisation_id", None) if parent else None
    # Only a school's page has one; elsewhere there is nothing to compare with.
    return organisation is None or organisation == page.school.organisation_id


def _lesson_problems(
    page: CoursePage, place: int, lesson: DraftLesson, units: dict[str, PackageUnit]
) -> Iterator[Problem]:
    """What one lesson lacks. Lessons are told by place and title."""
    name = {"place": place, "title": lesson.title or "—"}
    unit = units.get(lesson.unit_code)
    if unit is None:
        yield Problem("unit_unknown", _("第 %(place)d 课“%(title)s”没有选本培训包的学习单元。请重新选择单元。") % name)
    elif not lesson.is_practical and lesson.worth and not unit.is_online_allowed:
        yield Problem(
            "unit_offline",
            _("第 %(place)d 课“%(title)s”：单元“%(unit)s”不能在线学习。请改为线下课，或把计学时填 0。")
            % (name | {"unit": unit.title}),
        )
    yield from _media_problems(page, lesson, name)
    if lesson.longest is not None and lesson.worth > ceil(lesson.longest / 60):
        yield Problem(
            "worth_too_long",
            _("第 %(place)d 课“%(title)s”内容最多 %(longest)d 分钟，不能计 %(worth)d 分钟学时。请改小计学时。")
            % (name | {"longest": ceil(lesson.longest / 60), "worth": lesson.worth}),
        )
    elif lesson.longest is not None and lesson.seconds > lesson.longest:
        yield Problem(
            "reading_too_long",
            _("第 %(place)d 课“%(title)s”的阅读时间太长，按字数最多 %(longest)d 秒。请改小阅读时间。")
            % (name | {"longest": lesson.longest}),
        )
    if lesson.is_practical and lesson.hours * 2 != int(lesson.hours * 2):
        yield Problem("half_hours", _("第 %(place)d 课“%(title)s”的学时请填整数或半个学时，例如 2 或 2.5。") % name)


def _media_problems(page: CoursePage, lesson: DraftLesson, name: dict[str, object]) -> Iterator[Problem]:
    own = page.school.organisation_id
    if lesson.kind == "video" and lesson.video is None:
        yield Problem("video_missing", _("第 %(place)d 课“%(title)s”没有视频。请选择一个视频。") % name)
    if lesson.video is not None and lesson.video.organisation_id != own:
        yield Problem("video_foreign", _("第 %(place)d 课“%(title)s”的视频不是本校的。请选本校的视频。") % name)
    elif lesson.video is not None and not lesson.video.is_ready:
        yield Problem(
            "video_not_ready",
            _("第 %(place)d 课“%(title)s”的视频还没有处理好。请等处理完成，或到“视频”中查看失败原因。") % name,
        )
    if lesson.kind == "quiz" and lesson.bank is None:
        yield Problem("bank_missing", _("第 %(place)d 课“%(title)s”没有选题库。请选择一个题库。") % name)
    if lesson.bank is not None and lesson.bank.organisation_id != own:
        yield Problem("bank_foreign", _("第 %(place)d 课“%(title)s”的题库不是本校的。请选本校的题库。") % name)
    elif lesson.bank is not None and lesson.quiz is not None:
        there = questions_in_use(lesson.bank).count()
        if there < lesson.quiz["count"]:
            yield Problem(
                "bank_too_small",
                _("第 %(place)d 课“%(title)s”要抽 %(count)d 道题，题库里只有 %(there)d 道。请补充题目，或改少题数。")
                % (name | {"count": lesson.quiz["count"], "there": there}),
            )


def _hours_problems(page: CoursePage, lessons: list[DraftLesson], units: dict[str, PackageUnit]) -> Iterator[Problem]:
    """Where the lessons do not add up to the units: never more; all of the practice; online, all of the theory."""
    theory: defaultdict[str, Decimal] = defaultdict(Decimal)
    practice: defaultdict[str, Decimal] = defaultdict(Decimal)
    for lesson in lessons:
        if lesson.is_practical:
            practice[lesson.unit_code] += lesson.hours
        else:
            theory[lesson.unit_code] += Decimal(lesson.worth)
    for code, unit in units.items():
        allowed = int(unit.theory_hours * HOUR_MINUTES)
        name = {"unit": unit.title, "there": theory[code], "allowed": allowed}
        if theory[code] > allowed:
            yield Problem(
                "theory_over",
                _("单元“%(unit)s”的线上课时合计 %(there)s 分钟，超过培训包的 %(allowed)d 分钟。请改小计学时。") % name,
            )
        elif page.mode == CourseMode.ONLINE and theory[code] < allowed:
            yield Problem(
                "theory_short",
                _("单元“%(unit)s”的线上课时合计 %(there)s 分钟，少于培训包的 %(allowed)d 分钟。请补足课时。") % name,
            )
        if practice[code] != unit.practice_hours:
            yield Problem(
                "practice_differs",
                _("单元“%(unit)s”的实操课合计 %(there)s 学时，培训包要求 %(allowed)s 学时。请改成一样多。")
                % {"unit": unit.title, "there": _plain(practice[code]), "allowed": _plain(unit.practice_hours)},
            )


def _plain(number: Decimal) -> str:
    return f"{Decimal(number).normalize():f}"


def _platform_problems(
    page: CoursePage, lessons: list[DraftLesson], units: dict[str, PackageUnit], on: date
) -> Iterator[Problem]:
    figures = figures_for([SHARE_MAX, SPEED_MAX], city=settings.CITY_CODE, on=on)
    yield from _online_problems(page, lessons, units, figures[SHARE_MAX])
    fastest = figures[SPEED_MAX]
    if page.speed_max and isinstance(fastest, ParameterValue) and page.speed_max * 100 > fastest.value:
        yield Problem(
            "speed_over",
            _("最高播放速度不能超过平台规定的 %(speed)s 倍。请改小，或留空。") % {"speed": _plain(fastest.value / 100)},
        )


def _online_problems(
    page: CoursePage, lessons: list[DraftLesson], units: dict[str, PackageUnit], platform: object
) -> Iterator[Problem]:
    version = page.package_version
    occupation = version.package.occupation
    online = sum(lesson.worth for lesson in lessons if not lesson.is_practical)
    if page.mode == CourseMode.OFFLINE and online:
        yield Problem(
            "offline_with_online", _("线下课程不能有计学时的线上课时。请把学习方式改为线上线下结合，或把计学时填 0。")
        )
    if occupation.nature != SkillNature.PRACTICAL:
        return
    if page.mode == CourseMode.ONLINE:
        yield Problem(
            "practical_online",
            _("%(occupation)s是实操技能型职业，不能全部在线培训。请把学习方式改为线上线下结合，并安排实操课。")
            % {"occupation": occupation},
        )
    most = version.online_share_max
    if most is None and isinstance(platform, ParameterValue):
        most = platform.value
    total = sum((unit.theory_hours + unit.practice_hours for unit in units.values()), Decimal(0)) * HOUR_MINUTES
    if most is None or not total:
        return
    share = Decimal(online) * 100 / total
    if share > most:
        yield Problem(
            "online_share",
            _("线上学时占全部学时的 %(share)s%%，最多只能占 %(most)s%%。请减少线上计学时，改为线下授课。")
            % {"share": share.quantize(Decimal("0.1"), ROUND_HALF_UP), "most": _plain(most)},
        )
