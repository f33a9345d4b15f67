"""Addresses of the dashboards, and of the figures that everybody may read."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles, public
from foundation.accounts.states import WRITERS
from portal.dashboards import views
from portal.dashboards.states import MONEY_READERS, READERS, SCHEME_READERS

reader: Any = for_roles(*READERS)
money_reader: Any = for_roles(*MONEY_READERS)
scheme_reader: Any = for_roles(*SCHEME_READERS)
# Who only reads takes nothing away; whether she may read this page the view asks again.
taker: Any = for_roles(*(READERS & WRITERS))

urlpatterns: list[URLPattern] = [
    path("dashboard/", reader(views.funnel), name="dashboard"),
    path("dashboard/money/", money_reader(views.money), name="dashboard_money"),
    path("dashboard/deadlines/", reader(views.deadlines), name="dashboard_deadlines"),
    path("dashboard/schemes/", scheme_reader(views.schemes), name="dashboard_schemes"),
    path("dashboard/<slug:page>/<slug:table>.<slug:kind>", taker(views.table_file), name="dashboard_file"),
    path("figures/", public(views.figures), name="public_figures"),
    path("figures/<int:year>/", public(views.figures), name="public_figures_year"),
    path("figures/<int:year>/<slug:table>.<slug:kind>", public(views.figures_file), name="public_figures_file"),
]
