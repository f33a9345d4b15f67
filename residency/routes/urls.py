"""Addresses of residency routes: the desk of policy officers, and her own under ``my/residency/``."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing
from residency.routes import officer_views as desk
from residency.routes import worker_views
from residency.routes.states import PACK_KEEPERS, PACK_READERS

reader: Any = for_roles(*PACK_READERS)
keeper: Any = for_roles(*PACK_KEEPERS)
worker: Any = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    path("my/residency/", worker(worker_views.home), name="my_residency"),
    path("my/residency/questions/", worker(worker_views.questions), name="my_residency_questions"),
    path("my/residency/questions/<slug:group>/", worker(worker_views.group), name="my_residency_group"),
    path("my/residency/answers/", worker(worker_views.answers), name="my_residency_answers"),
    path("my/residency/kept/<int:pk>/", worker(worker_views.kept), name="my_residency_kept"),
    path("my/residency/kept/<int:pk>/remove/", worker(worker_views.kept_remove), name="my_residency_remove"),
    path("my/residency/<int:pack>/<slug:route>/", worker(worker_views.route), name="my_residency_route"),
    path("my/residency/<int:pack>/<slug:route>/keep/", worker(worker_views.keep), name="my_residency_keep"),
    *listing("residency/packs/", desk.Packs, PACK_READERS),
    path("residency/packs/new/", keeper(desk.pack_new), name="route_pack_new"),
    path("residency/packs/upload/", keeper(desk.pack_upload), name="route_pack_upload_new"),
    path("residency/packs/<int:pk>/", reader(desk.pack_page), name="route_pack"),
    path("residency/packs/<int:pk>/part/", keeper(desk.part), name="route_pack_part"),
    path("residency/packs/<int:pk>/check/", reader(desk.pack_check), name="route_pack_check"),
    path("residency/packs/<int:pk>/compare/", reader(desk.pack_compare), name="route_pack_compare"),
    path("residency/packs/<int:pk>/toml/", reader(desk.pack_toml), name="route_pack_toml"),
    path("residency/packs/<int:pk>/upload/", keeper(desk.pack_upload), name="route_pack_upload"),
    path("residency/packs/<int:pk>/<slug:action>/", keeper(desk.pack_act), name="route_pack_act"),
]
