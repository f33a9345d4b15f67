"""A class as the five record families that platforms of online training report, as JSON and as a workbook.

The families are those of the published data model (班级基本信息、学时信息、考试信息、答疑辅导、活跃度与实名认证). No
specification of this province was found, so the field names are ours, and the schema says its version. Answers to
learners' questions are not kept yet: the family is there, empty, and says so. Ids are stable: class number, session
and lesson by their own keys, people by the number of their enrolment.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance.models import Attendance
from courses.attendance.selectors import meetings, numbers_in
from courses.classes.models import ClassRun, Enrolment, Session
from courses.classes.states import COUNTED
from courses.completion.models import Completion
from courses.completion.selectors import completions_in_force, facts_of
from courses.completion.sheets import text_row
from courses.content.models import Lesson
from courses.study.models import LessonProgress, QuizAttempt, Viewing

SCHEMA = "qiaoshou.class/1"
MINUTE_MS = 60_000


@dataclass(frozen=True)
class ClassDocument:
    """A class as data: the families by name."""

    families: dict[str, Any]

    def as_json(self) -> bytes:
        return json.dumps(self.families, ensure_ascii=False, indent=1).encode()


def class_document(run: ClassRun, *, names: Mapping[int, str], at: datetime) -> ClassDocument:
    """The class's families; ``names`` are plain names by worker, everybody else's stay masked."""
    people = list(
        Enrolment.objects.filter(class_run=run, state__in=sorted(COUNTED)).select_related("worker").order_by("pk")
    )
    lessons = list(Lesson.objects.filter(version=run.course_version_id).order_by("position"))
    return ClassDocument(
        {
            "schema": SCHEMA,
            "made_at": _moment(at),
            "classInfoBasic": _basic(run, people, lessons, names),
            "classHourBasic": _hours(run, people, lessons),
            "examInfo": _exams(run),
            "answerTutoring": {"isKept": False, "note": _("平台暂未记录答疑辅导，本项为空。"), "items": []},
            "activity": _activity(run, people, at=at),
        }
    )


def _moment(value: datetime | None) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


def _basic(run: ClassRun, people: list[Enrolment], lessons: list[Lesson], names: Mapping[int, str]) -> dict[str, Any]:
    numbers = numbers_in(run.pk)
    version = run.course_version
    return {
        "classCode": run.number,
        "className": run.name,
        "schoolName": str(run.school),
        "schoolCode": run.school.organisation.credit_code,
        "courseTitle": version.title,
        "courseVersion": version.number,
        "packageCode": version.package_version.package.code,
        "packageVersion": version.package_version.number,
        "state": run.state,
        "startsOn": run.starts_on.isoformat(),
        "endsOn": run.ends_on.isoformat(),
        "chapterList": [
            {
                "lessonId": str(lesson.key),
                "position": lesson.position,
                "title": lesson.title,
                "kind": lesson.kind,
                "minutes": lesson.credited_minutes,
            }
            for lesson in lessons
        ],
        "sessionList": [_session(run, session) for session in meetings().filter(class_run=run)],
        "learnerList": [
            {
                "learnerId": _id(one.pk),
                "number": numbers[one.pk],
                "name": names.get(one.worker_id, one.worker.masked_name),
                "idNumber": one.worker.masked_id_number,
                "state": one.state,
            }
            for one in people
        ],
    }


def _id(enrolment: int) -> str:
    return f"E{enrolment}"


def _session(run: ClassRun, session: Session) -> dict[str, Any]:
    return {
        "sessionId": f"{run.number}-S{session.number}",
        "mode": session.mode,
        "state": session.state,
        "startsAt": _moment(session.starts_at),
        "endsAt": _moment(session.ends_at),
        "content": session.content,
        "theoryHours": str(session.theory_hours),
        "practiceHours": str(session.practice_hours),
        "teacher": session.teacher.name if session.teacher else "",
        "place": session.premises.name if session.premises else "",
    }


def _hours(run: ClassRun, people: list[Enrolment], lessons: list[Lesson]) -> dict[str, Any]:
    keys = {lesson.pk: str(lesson.key) for lesson in lessons}
    study: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in LessonProgress.objects.filter(enrolment__in=people).order_by("lesson"):
        study[row.enrolment_id].append(
            {
                "lessonId": keys.get(row.lesson_id, ""),
                "creditedMinutes": row.credited_ms // MINUTE_MS,
                "refusedMinutes": row.refused_ms // MINUTE_MS,
                "completedAt": _moment(row.completed_at),
            }
        )
    met: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Attendance.objects.filter(session__class_run=run).select_related("session").order_by("session")
    for one in rows:
        met[one.enrolment_id].append(
            {
                "sessionId": f"{run.number}-S{one.session.number}",
                "state": one.state,
                "channel": one.channel,
                "signedInAt": _moment(one.signed_in_at),
            }
        )
    judged: dict[int, Completion] = {
        one.enrolment_id: one for one in completions_in_force().filter(enrolment__class_run=run)
    }
    return {
        "classCode": run.number,
        "learnerList": [
            {
                "learnerId": _id(one.pk),
                "lessons": study[one.pk],
                "sessions": met[one.pk],
                "outcome": judged[one.pk].outcome if one.pk in judged else "",
                "checks": judged[one.pk].checks if one.pk in judged else [],
            }
            for one in people
        ],
    }


def _exams(run: ClassRun) -> dict[str, Any]:
    attempts = QuizAttempt.objects.filter(paper__enrolment__class_run=run).select_related("paper__lesson")
    return {
        "classCode": run.number,
        "items": [
            {
                "learnerId": _id(one.paper.enrolment_id),
                "lessonId": str(one.paper.lesson.key),
                "attempt": one.paper.number,
                "score": one.score,
                "passMark": one.paper.pass_points,
                "isPassed": one.is_passed,
                "madeAt": _moment(one.made_at),
            }
            for one in attempts.order_by("paper__enrolment", "paper__lesson", "paper__number")
        ],
    }


def _activity(run: ClassRun, people: list[Enrolment], *, at: datetime) -> dict[str, Any]:
    facts = facts_of(run, at=at, enrolments=[one.pk for one in people])
    opened = dict(
        Viewing.objects.filter(enrolment__in=people).order_by().values_list("enrolment").annotate(n=Count("pk"))
    )
    return {
        "classCode": run.number,
        "photoNote": _("平台没有采集人脸照片；活跃度以在线提问为准。"),
        "imageDetailList": [],
        "items": [
            {
                "learnerId": _id(one.pk),
                "isRealNameVerified": one.worker.is_verified,
                "verifiedAt": _moment(one.worker.verified_at),
                "lessonsOpened": opened.get(one.pk, 0),
                "questionsAsked": facts[one.pk].questions_asked,
                "questionsAnswered": facts[one.pk].questions_answered,
            }
            for one in people
        ],
    }


def class_sheets(document: ClassDocument) -> list[tuple[str, Iterable[str]]]:
    """The same as sheets of a workbook: class, lessons, sessions, people, hours, attendance, exams, activity."""
    data = document.families
    basic, hours = data["classInfoBasic"], data["classHourBasic"]["learnerList"]
    plain = {key: value for key, value in basic.items() if not isinstance(value, list)}
    return [
        (_("班级基本信息"), _rows([{"项目": key, "内容": value} for key, value in plain.items()])),
        (_("课时目录"), _rows(basic["chapterList"])),
        (_("课次"), _rows(basic["sessionList"])),
        (_("学员"), _rows(basic["learnerList"])),
        (_("学时明细"), _rows(_flat(hours, "lessons"))),
        (_("考勤明细"), _rows(_flat(hours, "sessions"))),
        (_("结业认定"), _rows(_flat(hours, "checks"))),
        (_("考试信息"), _rows(data["examInfo"]["items"])),
        (_("答疑辅导"), _rows([{"note": data["answerTutoring"]["note"]}])),
        (_("活跃度与实名"), _rows(data["activity"]["items"])),
    ]


def _flat(people: list[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    return [{"learnerId": one["learnerId"], **line} for one in people for line in one[part]]


def _rows(lines: list[dict[str, Any]]) -> Iterator[str]:
    """A row of names and a row for each line; nothing to show is a row that says so."""
    if not lines:
        yield text_row([_("没有记录")])
        return
    yield text_row(_column(key) for key in lines[0])
    for line in lines:
        yield text_row(_value(value) for value in line.values())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def _column(key: str) -> str:
    """What a column is called in a workbook; the names of the data file stand in ``SCHEMA``."""
    return {
        "lessonId": _("课时标识"), "position": _("顺序"), "title": _("标题"), "kind": _("类型"),
        "minutes": _("分钟"), "sessionId": _("课次标识"), "mode": _("授课方式"), "state": _("状态"),
        "startsAt": _("开始"), "endsAt": _("结束"), "content": _("内容"), "theoryHours": _("理论学时"),
        "practiceHours": _("实操学时"), "teacher": _("教师"), "place": _("地点"), "learnerId": _("学员标识"),
        "number": _("序号"), "name": _("姓名或项目"), "idNumber": _("身份证号码"),
        "creditedMinutes": _("计入分钟"), "refusedMinutes": _("未计入分钟"), "completedAt": _("学完时间"),
        "channel": _("登记方式"), "signedInAt": _("签到时间"), "needed": _("要求"), "found": _("实际"),
        "passed": _("达到"), "advice": _("怎么办"), "code": _("代码"), "attempt": _("第几次"), "score": _("得分"),
        "passMark": _("合格分"), "isPassed": _("合格"), "madeAt": _("时间"), "isRealNameVerified": _("已实名"),
        "verifiedAt": _("实名时间"), "lessonsOpened": _("打开课次数"), "questionsAsked": _("在线提问"),
        "questionsAnswered": _("按时回答"), "note": _("说明"),
    }.get(key, key)  # fmt: skip
