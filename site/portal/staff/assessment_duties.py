"""Assessments on the desktop: what each role finds in the menu, and what waits for somebody."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certifications.plans.selectors import classes_to_test, plans_visible_to, schools_of
from certifications.plans.states import PLANNERS, READERS, PlanState
from certifications.scoring.selectors.appeals import appeals_seen_by
from certifications.scoring.states import DESK as SCORE_DESK
from certifications.scoring.states import AppealState
from courses.classes.models import ClassRun
from foundation.accounts.models import User
from foundation.accounts.states import Role
from portal.staff.course_duties import CourseDuty

# As in portal.staff.navigation: name of the address, label, icon, roles.
ENTRIES: list[tuple[str, Any, str, Any]] = [
    ("plans", _("考核计划"), "calendar", READERS),
    ("duty_rooms", _("监考和考评安排"), "calendar-clock", frozenset({Role.ASSESSOR})),
]


def assessment_duties(user: User, roles: frozenset[Role], *, on: date) -> list[CourseDuty]:
    """Classes without a test, and plans somebody has to bring on."""
    duties = []
    if Role.SCHOOL_STAFF in roles:
        school = schools_of(user, on=on).first()
        untested = classes_to_test(school) if school else ClassRun.objects.none()
        hint = _("已结班、有人结业，还没有安排结业考核。")
        duties.append(CourseDuty(_("待安排考核的班次"), hint, reverse("plans"), untested))
    if roles & PLANNERS:
        plans = plans_visible_to(user, on=on)
        waiting = plans.filter(state__in=[PlanState.DRAFT, PlanState.OPEN, PlanState.HELD])
        duties.append(CourseDuty(_("办理中的考核"), _("要编排考场、公布成绩的考核计划。"), reverse("plans"), waiting))
    if roles & SCORE_DESK:
        asked = appeals_seen_by(user, on=on).filter(state=AppealState.OPEN)
        hint = _("考生申请复核的成绩，等待答复。")
        duties.append(CourseDuty(_("成绩复核"), hint, reverse("scoring_appeals"), asked))
    return duties
