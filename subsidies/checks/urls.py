"""Addresses of the checks. Who only reads takes no file away."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.desk import listing
from subsidies.checks import officer_views
from subsidies.checks.states import CHECK_READERS

reader = for_roles(*CHECK_READERS)

urlpatterns: list[URLPattern] = [
    path("subsidies/checks/", reader(officer_views.catalogue), name="checks"),
    *listing("subsidies/checks/runs/", officer_views.Runs, CHECK_READERS),
    path("subsidies/checks/runs/<int:pk>/", reader(officer_views.run), name="check_run"),
    *listing("subsidies/checks/findings/", officer_views.Findings, CHECK_READERS),
]
