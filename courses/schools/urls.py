"""The school's own desk under ``school/``, the bureau's under ``schools/desk/``: ``schools/`` is the public list."""

from typing import Any

from django.urls import URLPattern, path

from courses.schools import application_views, officer_views, school_views, views
from courses.schools.states import REGISTER_READERS, SUPERVISORS
from foundation.accounts.access import for_roles, public
from foundation.accounts.states import Role
from foundation.desk import listing

STAFF = frozenset({Role.SCHOOL_STAFF})
staff: Any = for_roles(*STAFF)
reader: Any = for_roles(*REGISTER_READERS)
supervisor: Any = for_roles(*SUPERVISORS)

urlpatterns: list[URLPattern] = [
    path("school/join/", public(views.join), name="school_join"),
    path("school/papers/<int:pk>/", for_roles(*STAFF, *REGISTER_READERS)(views.paper), name="school_paper"),
    path("school/", staff(school_views.home), name="school_home"),
    *listing("school/teachers/", school_views.Teachers, STAFF),
    path("school/teachers/add/", staff(school_views.teacher_add), name="school_teacher_add"),
    path("school/teachers/<int:pk>/", staff(school_views.teacher_page), name="school_teacher"),
    path("school/teachers/<int:pk>/change/", staff(school_views.teacher_change), name="school_teacher_change"),
    path("school/teachers/<int:pk>/end/", staff(school_views.teacher_end), name="school_teacher_end"),
    path("school/teachers/<int:pk>/account/", staff(school_views.teacher_account), name="school_teacher_account"),
    path("school/teachers/<int:pk>/link/", staff(school_views.teacher_link), name="school_teacher_link"),
    path(
        "school/teachers/<int:pk>/qualifications/",
        staff(school_views.qualification_add),
        name="school_qualification_add",
    ),
    path(
        "school/qualifications/<int:pk>/withdraw/",
        staff(school_views.qualification_withdraw),
        name="school_qualification_withdraw",
    ),
    *listing("school/rooms/", school_views.Rooms, STAFF),
    path("school/rooms/add/", staff(school_views.room_add), name="school_room_add"),
    path("school/rooms/<int:pk>/", staff(school_views.room_change), name="school_room"),
    path("school/rooms/<int:pk>/end/", staff(school_views.room_end), name="school_room_end"),
    path("school/colleagues/", staff(school_views.colleagues), name="school_colleagues"),
    path("school/colleagues/open/", staff(school_views.colleague_open), name="school_colleague_open"),
    path("school/colleagues/end/", staff(school_views.colleague_end), name="school_colleague_end"),
    *listing("school/applications/", application_views.OwnApplications, STAFF),
    path("school/applications/start/", staff(application_views.start), name="school_application_start"),
    path("school/applications/<int:pk>/", staff(application_views.application_page), name="school_application"),
    path("school/applications/<int:pk>/submit/", staff(application_views.submit), name="school_application_submit"),
    path(
        "school/applications/<int:pk>/withdraw/", staff(application_views.withdraw), name="school_application_withdraw"
    ),
    path(
        "school/applications/<int:pk>/<slug:section>/",
        staff(application_views.section_page),
        name="school_application_section",
    ),
    *listing("schools/desk/", officer_views.Schools, REGISTER_READERS),
    path("schools/desk/<int:pk>/", reader(officer_views.school_page), name="school_detail"),
    path("schools/desk/<int:pk>/<slug:move>/", supervisor(officer_views.school_move), name="school_move"),
    path("schools/desk/scopes/<int:pk>/end/", supervisor(officer_views.scope_end), name="school_scope_end"),
    *listing("schools/desk/applications/", officer_views.Applications, REGISTER_READERS),
    path("schools/desk/applications/<int:pk>/", reader(officer_views.review), name="school_review"),
]
