"""Addresses of claims: her own under ``my/money/``, the counter's under ``counter/claims/``, an employer's under
``awards/``."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from subsidies.claims import counter_views, employer_views, worker_views

worker: Any = for_roles(Role.WORKER)
counter: Any = for_roles(Role.OFFICER_INTAKE)
employer: Any = for_roles(Role.EMPLOYER_STAFF)

urlpatterns: list[URLPattern] = [
    path("my/money/", worker(worker_views.home), name="my_money"),
    path("my/money/new/<int:scheme>/<slug:kind>/<int:pk>/", worker(worker_views.claim_new), name="my_claim_new"),
    path("my/money/<int:pk>/", worker(worker_views.claim), name="my_claim"),
    path("my/money/<int:pk>/receipt/", worker(worker_views.receipt), name="my_claim_receipt"),
    path("my/money/<int:pk>/papers/<int:paper>/", worker(worker_views.paper), name="my_claim_paper"),
    path("my/money/<int:pk>/withdraw/", worker(worker_views.withdraw), name="my_claim_withdraw"),
    path("my/money/<int:pk>/correct/", worker(worker_views.correct), name="my_claim_correct"),
    path("my/money/<int:pk>/account/", worker(worker_views.account), name="my_claim_account"),
    path("my/money/<int:pk>/appeal/", worker(worker_views.appeal), name="my_claim_appeal"),
    path("my/money/appeals/<int:pk>/withdraw/", worker(worker_views.appeal_back), name="my_appeal_withdraw"),
    path("my/money/awards/<int:pk>/again/", worker(worker_views.award_again), name="my_award_again"),
    path("awards/claims/", employer(employer_views.award_claims), name="award_claims"),
    path("awards/claims/<int:pk>/correct/", employer(employer_views.award_correct), name="award_correct"),
    path("awards/parts/<int:pk>/again/", employer(employer_views.award_again), name="award_again"),
    path("counter/claims/<int:worker>/", counter(counter_views.home), name="counter_claims"),
    path(
        "counter/claims/<int:worker>/new/<int:scheme>/<slug:kind>/<int:pk>/",
        counter(counter_views.claim_new),
        name="counter_claim_new",
    ),
    path("counter/claims/<int:worker>/<int:pk>/receipt/", counter(counter_views.receipt), name="counter_receipt"),
    path("counter/claims/<int:worker>/<int:pk>/withdraw/", counter(counter_views.withdraw), name="counter_withdraw"),
    path("counter/claims/<int:worker>/<int:pk>/correct/", counter(counter_views.correct), name="counter_correct"),
    path("counter/claims/<int:worker>/<int:pk>/account/", counter(counter_views.account), name="counter_account"),
    path("counter/claims/<int:worker>/<int:pk>/appeal/", counter(counter_views.appeal), name="counter_appeal"),
]
