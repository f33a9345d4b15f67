"""Addresses of the skill record."""

from django.urls import URLPattern, path

from certifications.record import officer_views, worker_views
from certifications.record.states import RECORD_READERS, RECORD_TAKERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role

hers = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    path("my/record/", hers(worker_views.my_record), name="my_record"),
    path("my/record/file/", hers(worker_views.my_record_file), name="my_record_file"),
    path("my/record/data/", hers(worker_views.my_record_data), name="my_record_data"),
    path("workers/<int:pk>/record/", for_roles(*RECORD_READERS)(officer_views.worker_record), name="worker_record"),
    path(
        "workers/<int:pk>/record/file/",
        for_roles(*RECORD_TAKERS)(officer_views.worker_record_file),
        name="worker_record_file",
    ),
]
