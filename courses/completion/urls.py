"""Addresses of completion: the desk's, and her own page."""

from django.urls import URLPattern, path

from courses.completion import school_views, worker_views
from courses.completion.states import EXPORTERS, JUDGES, READERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

reader = for_roles(*READERS)
exporter = for_roles(*EXPORTERS)
judges = for_roles(*JUDGES)
staff = for_roles(Role.SCHOOL_STAFF)
worker = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    path("my/attendance/<int:pk>/", worker(worker_views.my_attendance), name="my_attendance"),
    *listing("completion/classes/", school_views.Classes, READERS),
    path("completion/classes/<int:pk>/", reader(school_views.class_page), name="completion_class"),
    path("completion/classes/<int:pk>/close/", staff(school_views.close), name="completion_close"),
    path("completion/classes/<int:pk>/export/", exporter(school_views.class_export), name="completion_export"),
    path("completion/enrolments/<int:pk>/", reader(school_views.person), name="completion_person"),
    path("completion/enrolments/<int:pk>/judge/", judges(school_views.judge), name="completion_judge"),
    path("completion/report/", exporter(school_views.report), name="completion_report"),
]
