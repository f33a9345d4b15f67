"""The worker's side under ``my/apply/``, the body's and the bureau's under ``body/applications/``."""

from typing import Any

from django.urls import URLPattern, path

from certifications.applications import body_views, worker_views
from certifications.applications.states import READERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

worker: Any = for_roles(Role.WORKER)
DESK = frozenset({Role.BODY_STAFF, *READERS})
reader: Any = for_roles(*DESK)
staff: Any = for_roles(Role.BODY_STAFF)

urlpatterns: list[URLPattern] = [
    path("my/apply/", worker(worker_views.home), name="my_applications"),
    path("my/apply/plans/<int:pk>/", worker(worker_views.plan_page), name="my_apply_plan"),
    path("my/apply/files/<int:pk>/", worker(worker_views.own_file), name="my_application_file"),
    path("my/apply/<int:pk>/", worker(worker_views.application_page), name="my_application"),
    path("my/apply/<int:pk>/submit/", worker(worker_views.submit), name="my_application_submit"),
    path("my/apply/<int:pk>/withdraw/", worker(worker_views.withdraw), name="my_application_withdraw"),
    path("my/apply/<int:pk>/rows/study/", worker(worker_views.study_row), name="my_application_study_add"),
    path("my/apply/<int:pk>/rows/study/<int:row>/", worker(worker_views.study_row), name="my_application_study"),
    path("my/apply/<int:pk>/rows/work/", worker(worker_views.work_row), name="my_application_work_add"),
    path("my/apply/<int:pk>/rows/work/<int:row>/", worker(worker_views.work_row), name="my_application_work"),
    path("my/apply/<int:pk>/paper/<slug:kind>/", worker(worker_views.paper_page), name="my_application_paper"),
    path("my/apply/<int:pk>/<slug:section>/", worker(worker_views.section_page), name="my_application_section"),
    *listing("body/applications/", body_views.Applications, DESK),
    path("body/applications/batch/", staff(body_views.batch), name="body_applications_batch"),
    path("body/applications/papers/<int:pk>/", reader(body_views.paper), name="body_application_paper"),
    path("body/applications/<int:pk>/", reader(body_views.application_page), name="body_application"),
    path("body/applications/<int:pk>/look/", reader(body_views.look), name="body_application_look"),
    path("body/applications/<int:pk>/photo/", reader(body_views.photo), name="body_application_photo"),
]
