"""What the pages of applications share: who asks, which one, rows and words."""

from datetime import date
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.applications.models import ApplicationPaper, LevelApplication, StudyRow, WorkRow
from certifications.applications.rules.form import (
    SECTION_TITLES,
    SECTIONS,
    Problem,
    field_label,
    papers_needed,
    section_of,
)
from certifications.applications.selectors import (
    applications_of,
    applications_visible_to,
    form_facts,
)
from certifications.applications.states import ApplicationState, PaperKind
from certifications.applications.words import MOVE_WORDS, span_words
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import User
from foundation.requests import user_of
from workers.models import Worker
from workers.selectors import skill_record_of, worker_of

STATE_TONES = {
    ApplicationState.DRAFT: "neutral",
    ApplicationState.SUBMITTED: "waiting",
    ApplicationState.RETURNED: "warning",
    ApplicationState.ACCEPTED: "success",
    ApplicationState.REFUSED: "error",
    ApplicationState.WITHDRAWN: "stopped",
}
LOOK_SALT = "applications.look"
LOOK_SECONDS = 30 * 60


def her_application_or_404(request: HttpRequest, pk: int) -> LevelApplication:
    """Her own application; another's does not exist for her."""
    worker = worker_of(user_of(request))
    if worker is None:
        raise Http404
    return get_object_or_404(applications_of(worker), pk=pk)


def application_or_404(request: HttpRequest, pk: int) -> LevelApplication:
    """An application the user may see; another does not exist for her."""
    return get_object_or_404(applications_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def marks_of(application: LevelApplication) -> dict[str, str]:
    """The remarks of the last return, by field."""
    return dict(application.marks.filter(round=application.round).values_list("field", "remark"))


def history_of(application: LevelApplication, *, viewer: User) -> list[dict[str, Any]]:
    """The moves, the newest first. She reads which body decided, not which person."""
    is_hers = viewer.pk == application.worker.user_id
    return [
        {
            "title": MOVE_WORDS.get(one.move, one.move),
            "at": one.at,
            "text": one.reason,
            "actor": _actor(application, one.actor, is_hers),
        }
        for one in application.events.select_related("actor").order_by("-at", "-pk")
    ]


def _actor(application: LevelApplication, actor: Any, is_hers: bool) -> str:
    if actor is None:
        return _("系统")
    if actor.pk == application.worker.user_id:
        return _("您本人") if is_hers else _("申报人")
    return application.plan.organisation.name if is_hers else str(actor)


def task_rows(application: LevelApplication, problems: list[Problem], marks: dict[str, str]) -> list[dict[str, Any]]:
    """The sections of a draft as lines of the task list."""
    rows = []
    for section in SECTIONS:
        missing = sum(problem.section == section for problem in problems)
        marked = [text for name, text in marks.items() if section_of(name) == section]
        if marked:
            status, tone = _("有 %(count)s 条修改意见") % {"count": len(marked)}, "warning"
        elif missing:
            status, tone = _("还差 %(count)s 处") % {"count": missing}, "waiting"
        else:
            status, tone = _("已填好"), "success"
        url = reverse("my_application_section", args=[application.pk, section])
        hint = "；".join(marked)
        rows.append({"label": SECTION_TITLES[section], "url": url, "hint": hint, "status": status, "tone": tone})
    return rows


def month(day: date | None) -> str:
    """``2021 年 3 月``."""
    return _("%(year)s 年 %(month)s 月") % {"year": day.year, "month": day.month} if day else ""


def study_words(row: StudyRow) -> dict[str, Any]:
    """A line of schooling for a page."""
    graduated = _("%(month)s毕业") % {"month": month(row.graduated_on)} if row.graduated_on else _("毕业时间没有填")
    return {
        "row": row,
        "title": f"{row.get_level_display()} {row.school}",
        "text": "，".join(part for part in (row.major, graduated) if part),
        "is_known": bool(row.education and row.education.is_guaranteed),
    }


def work_words(row: WorkRow) -> dict[str, Any]:
    """A line of work for a page."""
    return {
        "row": row,
        "title": f"{row.employer} {row.post}",
        "text": f"{month(row.first_month)} – {month(row.last_month) or _('现在')}",
        "trade": row.get_trade_display(),
        "has_witness": bool(row.witness_name and row.witness_phone),
        "is_known": bool(row.employment and row.employment.is_guaranteed),
    }


def rows_of(application: LevelApplication) -> dict[str, list[dict[str, Any]]]:
    """Schooling and work as lines of a page."""
    return {
        "studies": [study_words(row) for row in application.studies.select_related("education")],
        "works": [work_words(row) for row in application.works.select_related("employment")],
    }


def paper_rows(application: LevelApplication, on: date) -> list[dict[str, Any]]:
    """Every paper that is needed, and those that were added beside, each with what was uploaded."""
    here: dict[tuple[str, str], list[ApplicationPaper]] = {}
    for paper in application.papers.filter(removed_at__isnull=True):
        here.setdefault((paper.kind, paper.employer), []).append(paper)
    wanted = [(kind.value, employer) for kind, employer in papers_needed(form_facts(application, on=on))]
    keys = list(dict.fromkeys([*wanted, *here]))
    works = {row.employer: row.pk for row in application.works.all()}
    rows = []
    for kind, employer in keys:
        label = str(PaperKind(kind).label)
        url = reverse("my_application_paper", args=[application.pk, kind])
        rows.append(
            {
                "kind": kind,
                "label": f"{label}（{employer}）" if employer else label,
                "papers": here.get((kind, employer), []),
                "is_needed": (kind, employer) in wanted,
                "url": f"{url}?work={works.get(employer, 0)}" if employer else url,
            }
        )
    return rows


def certificates_of(worker: Worker) -> list[str]:
    """The certificates her file knows, in words: nothing is asked twice."""
    lines = skill_record_of(worker).filter(level__isnull=False, number__gt="")
    return [f"{one.occupation_name or one.title} {one.level_name} {one.issued_on:%Y-%m-%d}" for one in lines]


def pledge_of(application: LevelApplication, *, name: str) -> list[str]:
    """《工作年限承诺书》: every job, line by line."""
    works = application.works.all()
    years = application.answers.get("years", "")
    lines = [_("本人%(name)s，从事%(trade)s工作共 %(years)s 年，经历如下：")
             % {"name": name, "trade": application.occupation.name, "years": years}]  # fmt: skip
    lines += [
        _("%(number)s. %(first)s至%(last)s，在%(employer)s从事%(post)s。")
        % {
            "number": place,
            "first": month(row.first_month),
            "last": month(row.last_month) or _("今"),
            "employer": row.employer,
            "post": row.post,
        }
        for place, row in enumerate(works, start=1)
    ]
    return [*lines, _("以上内容真实。如有不实，本人愿意承担取消成绩、收回证书等后果。")]


def look_token(viewer: User, application: LevelApplication) -> str:
    """What opens the papers of an application for a while, to whoever gave a purpose."""
    return signing.dumps([viewer.pk, application.pk], salt=LOOK_SALT, compress=True)


def is_look_open(token: str, viewer: User, application: LevelApplication) -> bool:
    try:
        told = signing.loads(token, salt=LOOK_SALT, max_age=LOOK_SECONDS)
    except signing.BadSignature:
        return False
    return bool(told == [viewer.pk, application.pk])


def answer_rows(application: LevelApplication) -> list[dict[str, Any]]:
    """The single answers in words, for the body's page."""
    answers = application.answers
    names = ("employer_now", "employer_phone", "years", "is_student", "is_diploma_lost", "is_apprentice",
             "held_title", "held_level", "held_number", "held_on")  # fmt: skip
    return [
        {"field": name, "label": field_label(name), "value": _said(name, answers.get(name, ""))}
        for name in names
        if answers.get(name)
    ]


def _said(name: str, text: str) -> str:
    if text == "yes":
        return _("是")
    if name == "years" and text.isdigit():
        return span_words(int(text) * 12)
    if name == "held_level" and text.isdigit():
        return str(SkillLevel(int(text)).label)
    return text
