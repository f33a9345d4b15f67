"""Addresses of schemes: what everybody reads, and the desk of policy officers."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles, public
from foundation.desk import listing
from subsidies.schemes import officer_views as desk
from subsidies.schemes import views
from subsidies.schemes.states import SCHEME_KEEPERS, SCHEME_READERS

reader: Any = for_roles(*SCHEME_READERS)
keeper: Any = for_roles(*SCHEME_KEEPERS)

urlpatterns: list[URLPattern] = [
    path("subsidies/", public(views.schemes), name="schemes_public"),
    path("subsidies/can-i/", public(views.can_i), name="can_i"),
    path("subsidies/about/<str:code>/", public(views.scheme), name="scheme_public"),
    *listing("schemes/", desk.Schemes, SCHEME_READERS),
    path("schemes/new/", keeper(desk.scheme_edit), name="scheme_new"),
    path("schemes/<int:pk>/", reader(desk.scheme_page), name="scheme"),
    path("schemes/<int:pk>/edit/", keeper(desk.scheme_edit), name="scheme_edit"),
    path("schemes/<int:pk>/<slug:action>/", keeper(desk.scheme_act), name="scheme_act"),
    *listing("schemes/flags/", desk.Flags, SCHEME_READERS),
    path("schemes/flags/new/", keeper(desk.flag_edit), name="flag_new"),
    path("schemes/flags/publish/", keeper(desk.flags_publish), name="flags_publish"),
    path("schemes/flags/<int:pk>/", reader(desk.flag_page), name="flag"),
    path("schemes/flags/<int:pk>/edit/", keeper(desk.flag_edit), name="flag_edit"),
    path("schemes/flags/<int:pk>/<slug:action>/", keeper(desk.flag_act), name="flag_act"),
]
