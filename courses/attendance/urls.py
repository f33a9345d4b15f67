"""Addresses of attendance: the square's own, the worker's, the teacher's phone, the desk."""

from django.urls import URLPattern, path

from courses.attendance import school_views, teacher_views, worker_views
from courses.attendance.states import OVERSEERS, RUNNERS
from foundation.accounts.access import for_roles, public
from foundation.accounts.states import Role
from foundation.desk import listing

worker = for_roles(Role.WORKER)
runner = for_roles(*RUNNERS)
DESK = OVERSEERS | {Role.SCHOOL_STAFF}
desk = for_roles(*DESK)

urlpatterns: list[URLPattern] = [
    # Short, because it stands in a square that old cameras must read.
    path("a/", worker(worker_views.signing_in), name="attendance_sign_in"),
    path("a/done/<int:pk>/", worker(worker_views.done), name="attendance_done"),
    path("a/<slug:code>/", public(worker_views.scan), name="attendance_scan"),
    path("teach/", runner(teacher_views.home), name="attendance_home"),
    path("teach/<int:pk>/", runner(teacher_views.session), name="attendance_session"),
    path("teach/<int:pk>/people/", runner(teacher_views.people), name="attendance_people"),
    path("teach/<int:pk>/people/<int:enrolment>/", runner(teacher_views.person), name="attendance_person"),
    path("teach/<int:pk>/code/", runner(teacher_views.code), name="attendance_code"),
    path("teach/<int:pk>/code/now/", runner(teacher_views.code_now), name="attendance_code_now"),
    path("teach/<int:pk>/roster/", runner(teacher_views.roster), name="attendance_roster"),
    path("teach/<int:pk>/sheet/", runner(teacher_views.sheet), name="attendance_sheet"),
    *listing("attendance/reviews/", school_views.Reviews, DESK),
    path("attendance/reviews/<int:pk>/", desk(school_views.review), name="attendance_review"),
    path("attendance/classes/<int:pk>/", desk(school_views.class_attendance), name="attendance_class"),
]
