"""Addresses of the career planner: her own page, and the one of the counter."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from residency.planner import officer_views, worker_views
from residency.planner.states import COUNTER

hers: Any = for_roles(Role.WORKER)
counter: Any = for_roles(*COUNTER)

urlpatterns: list[URLPattern] = [
    path("my/plan/", hers(worker_views.plan), name="my_plan"),
    path("counter/plan/<int:worker>/", counter(officer_views.plan), name="counter_plan"),
]
