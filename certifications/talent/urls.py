"""Addresses of the register of skilled workers."""

from typing import Any

from django.urls import URLPattern, path

from certifications.talent import employer_views, officer_views, worker_views
from certifications.talent.states import FILERS, KEEPERS, READERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

worker: Any = for_roles(Role.WORKER)
filer: Any = for_roles(*FILERS)
keeper: Any = for_roles(*KEEPERS)
reader: Any = for_roles(*READERS)
both: Any = for_roles(*(READERS | FILERS))

urlpatterns: list[URLPattern] = [
    *listing("talents/", officer_views.Talents, READERS),
    *listing("talents/appointments/", officer_views.Appointments, READERS | FILERS),
    path("talents/appointments/new/", filer(employer_views.appointment_new), name="talent_appointment_new"),
    path("talents/appointments/<int:pk>/", both(officer_views.appointment), name="talent_appointment"),
    path("talents/contributions/<int:pk>/", keeper(officer_views.contribution), name="talent_contribution"),
    path("talents/<int:pk>/", reader(officer_views.talent), name="talent"),
    path("talents/<int:pk>/reveal/<slug:field>/", keeper(officer_views.talent_reveal), name="talent_reveal"),
    path("my/talent/", worker(worker_views.my_talent), name="my_talent"),
    path("my/talent/details/", worker(worker_views.my_details), name="my_talent_details"),
    path("my/talent/contributions/new/", worker(worker_views.my_contribution), name="my_talent_contribution"),
    path(
        "my/talent/contributions/<int:pk>/withdraw/",
        worker(worker_views.my_contribution_back),
        name="my_talent_contribution_withdraw",
    ),
]
