"""Addresses of class runs: the school's desk, and the bureau's desk of filings."""

from django.urls import URLPattern, path

from courses.classes import class_views, filing_views, plan_views
from courses.classes.states import FILING_OFFICERS
from courses.schools.states import REGISTER_READERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

SCHOOL = frozenset({Role.SCHOOL_STAFF})
school = for_roles(*SCHOOL)
reader = for_roles(*REGISTER_READERS)
officer = for_roles(*FILING_OFFICERS)
both = for_roles(*(REGISTER_READERS | SCHOOL))

urlpatterns: list[URLPattern] = [
    *listing("school/classes/", class_views.ClassRuns, SCHOOL),
    path("school/classes/new/", school(class_views.new), name="class_run_new"),
    path("school/classes/<int:pk>/", school(class_views.detail), name="class_run"),
    path("school/classes/<int:pk>/edit/", school(class_views.edit), name="class_run_edit"),
    path("school/classes/<int:pk>/assessment/", school(class_views.assessment), name="class_run_assessment"),
    path("school/classes/<int:pk>/checks/", school(class_views.checks), name="class_run_checks"),
    path("school/classes/<int:pk>/step/<slug:action>/", school(class_views.step), name="class_run_step"),
    path("school/classes/<int:pk>/reason/<slug:action>/", school(class_views.step_reason), name="class_run_reason"),
    path("school/classes/<int:pk>/plan/", school(plan_views.plan), name="class_plan"),
    path("school/classes/<int:pk>/plan/add/", school(plan_views.session_add), name="class_session_add"),
    path("school/classes/<int:pk>/plan/layout/", school(plan_views.layout), name="class_plan_layout"),
    path("school/classes/<int:pk>/plan/import/", school(plan_views.bring), name="class_plan_import"),
    path("school/classes/<int:pk>/plan/clear/", school(plan_views.clear), name="class_plan_clear"),
    path("school/classes/sessions/<int:pk>/", school(plan_views.session_edit), name="class_session"),
    path("school/classes/sessions/<int:pk>/remove/", school(plan_views.session_take_out), name="class_session_remove"),
    path("school/classes/sessions/<int:pk>/change/", school(plan_views.change), name="class_session_change"),
    path("classes/filings/", reader(filing_views.work_list), name="filings"),
    *listing("classes/", filing_views.AllClasses, REGISTER_READERS),
    *listing("classes/changes/", filing_views.Changes, REGISTER_READERS),
    path("classes/changes/<int:pk>/seen/", officer(filing_views.seen), name="filing_change_seen"),
    path("classes/<int:pk>/", reader(filing_views.filing), name="filing"),
    path("classes/<int:pk>/decide/", officer(filing_views.decide), name="filing_decide"),
    path("classes/<int:pk>/form/", both(class_views.filing_form), name="filing_form"),
]
