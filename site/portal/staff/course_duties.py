"""What waits for somebody in schools, classes and study."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.attendance.selectors import reviews_visible_to
from courses.attendance.states import ReviewState
from courses.classes.selectors import class_runs_visible_to, filings_waiting
from courses.classes.states import FILING_OFFICERS, ClassState
from courses.schools.selectors import applications_visible_to
from courses.schools.states import REVIEWERS, ApplicationState
from courses.study.selectors.appeals import APPEAL_OFFICERS, appeals_seen_by
from courses.study.states import AppealState
from foundation.accounts.models import User
from foundation.accounts.states import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class CourseDuty(NamedTuple):
    """A label, a hint, the address of the list, and the rows that wait."""

    label: "StrPromise"
    hint: "StrPromise | str"
    url: str
    rows: QuerySet


def course_duties(user: User, roles: frozenset[Role], *, on: date) -> list[CourseDuty]:
    """What the user's roles have to decide or to put right, with the rows that wait."""
    duties = []
    if roles & REVIEWERS:
        rows = applications_visible_to(user, on=on).filter(state=ApplicationState.SUBMITTED)
        url = reverse("school_reviews")
        duties.append(CourseDuty(_("机构申请"), _("入库、扩项、续期和变更，等待审核。"), url, rows))
    if roles & FILING_OFFICERS:
        hint = _("班次备案，按办理时限从近到远。")
        duties.append(CourseDuty(_("开班备案"), hint, reverse("filings"), filings_waiting()))
    if roles & APPEAL_OFFICERS:
        appeals = appeals_seen_by(user, on=on).filter(state=AppealState.WAITING)
        duties.append(CourseDuty(_("学习时间申诉"), _("学员认为应当计入的时间。"), reverse("study_appeals"), appeals))
    if Role.SCHOOL_STAFF in roles:
        duties += _school_duties(user, on)
    return duties


def _school_duties(user: User, on: date) -> list[CourseDuty]:
    returned = class_runs_visible_to(user, on=on).filter(state=ClassState.RETURNED)
    applications = applications_visible_to(user, on=on).filter(state=ApplicationState.RETURNED)
    reviews = reviews_visible_to(user, on=on).filter(state=ReviewState.OPEN)
    return [
        CourseDuty(_("退回的备案"), _("人社部门标出了要改的地方。"), reverse("class_runs"), returned),
        CourseDuty(_("退回的申请"), _("登记申请要修改后再提交。"), reverse("school_home"), applications),
        CourseDuty(_("考勤核查"), _("人数与签到不一致等，结班前要办结。"), reverse("attendance_reviews"), reviews),
    ]
