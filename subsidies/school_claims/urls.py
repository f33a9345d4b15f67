"""Addresses of class claims: the desk's, and her own pages."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing
from subsidies.claims.states import ACCOUNT_KEEPERS
from subsidies.school_claims import officer_views, school_views, views, worker_views
from subsidies.school_claims.states import CLASS_CLAIM_READERS, CLASS_CLAIMANTS, MANDATE_READERS

school: Any = for_roles(*CLASS_CLAIMANTS)
reader: Any = for_roles(*CLASS_CLAIM_READERS)
keeper: Any = for_roles(*ACCOUNT_KEEPERS)
looker: Any = for_roles(*MANDATE_READERS)
worker: Any = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    *listing("school-claims/classes/", school_views.Classes, CLASS_CLAIMANTS),
    path("school-claims/classes/<int:pk>/", school(school_views.schemes), name="class_claim_schemes"),
    path("school-claims/classes/<int:pk>/prepare/", school(school_views.prepare), name="class_claim_prepare"),
    *listing("school-claims/", school_views.ClassClaims, CLASS_CLAIM_READERS),
    path("school-claims/<int:pk>/", reader(school_views.class_claim), name="class_claim"),
    path("school-claims/<int:pk>/lint/", school(school_views.lint), name="class_claim_lint"),
    path("school-claims/<int:pk>/ask/", school(school_views.ask), name="class_claim_ask"),
    path("school-claims/<int:pk>/papers/<int:enrolment>/", school(school_views.paper), name="class_claim_paper"),
    path("school-claims/<int:pk>/send/", school(school_views.send), name="class_claim_send"),
    path("school-claims/<int:pk>/cancel/", school(school_views.cancel), name="class_claim_cancel"),
    path("school-claims/<int:pk>/progress/", reader(school_views.progress), name="class_claim_progress"),
    path("school-claims/<int:pk>/export/", school(school_views.export), name="class_claim_export"),
    path("school-claims/people/<int:pk>/", school(views.person), name="class_claim_person"),
    path("school-claims/people/<int:pk>/repair/", school(views.person_repair), name="class_claim_person_repair"),
    path("school-claims/people/<int:pk>/appeal/", school(views.person_appeal), name="class_claim_person_appeal"),
    path(
        "school-claims/people/<int:pk>/appeal/withdraw/",
        school(views.person_appeal_back),
        name="class_claim_person_appeal_back",
    ),
    path("school-claims/account/", school(views.school_account), name="school_account"),
    *listing("school-accounts/", officer_views.Accounts, ACCOUNT_KEEPERS),
    path("school-accounts/<int:pk>/", keeper(officer_views.account_check), name="school_account_check"),
    path("school-accounts/<int:pk>/proof/", keeper(officer_views.account_proof), name="school_account_proof"),
    path("school-claims/mandates/<int:pk>/paper/", looker(officer_views.mandate_paper), name="mandate_paper"),
    path("my/school-claims/", worker(worker_views.my_mandates), name="my_mandates"),
    path("my/school-claims/<int:pk>/", worker(worker_views.my_mandate), name="my_mandate"),
    path("my/school-claims/<int:pk>/answer/", worker(worker_views.my_mandate_answer), name="my_mandate_answer"),
    path("my/school-claims/<int:pk>/withdraw/", worker(worker_views.my_mandate_withdraw), name="my_mandate_withdraw"),
]
