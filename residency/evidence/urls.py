"""Addresses of evidence: her own under ``my/evidence/``, the counter's, and the desk's list."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing
from residency.evidence import counter_views, officer_views, worker_views
from residency.evidence.states import COUNTER, EVIDENCE_READERS

worker: Any = for_roles(Role.WORKER)
counter: Any = for_roles(*COUNTER)
reader: Any = for_roles(*EVIDENCE_READERS)

urlpatterns: list[URLPattern] = [
    path("my/evidence/", worker(worker_views.home), name="my_evidence"),
    path("my/evidence/packs/<int:pk>/", worker(worker_views.pack), name="my_evidence_pack"),
    path("my/evidence/<slug:receiver>/", worker(worker_views.receiver), name="my_evidence_receiver"),
    path("my/evidence/<slug:receiver>/send/", worker(worker_views.send), name="my_evidence_send"),
    path("my/evidence/<slug:receiver>/stop/", worker(worker_views.stop), name="my_evidence_stop"),
    path("counter/evidence/<int:worker>/", counter(counter_views.home), name="counter_evidence"),
    path(
        "counter/evidence/<int:worker>/<slug:receiver>/send/", counter(counter_views.send), name="counter_evidence_send"
    ),
    path(
        "counter/evidence/<int:worker>/<slug:receiver>/stop/", counter(counter_views.stop), name="counter_evidence_stop"
    ),
    *listing("evidence/", officer_views.Packs, EVIDENCE_READERS),
    path("evidence/<int:pk>/", reader(officer_views.pack), name="evidence_pack"),
]
