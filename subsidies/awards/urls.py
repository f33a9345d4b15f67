"""Addresses of talent awards: her own under ``my/awards/``, the desk's under ``awards/``."""

from typing import Any

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing
from subsidies.awards import employer_views, officer_views, worker_views
from subsidies.awards.states import DECIDERS, DESK, FILERS

worker: Any = for_roles(Role.WORKER)
filer: Any = for_roles(*FILERS)
decider: Any = for_roles(*DECIDERS)
desk: Any = for_roles(*DESK)

urlpatterns: list[URLPattern] = [
    path("awards/", desk(employer_views.award_programmes), name="award_programmes"),
    *listing("awards/filings/", officer_views.AwardFilings, DESK),
    path("awards/new/<int:scheme>/", filer(employer_views.filing_new), name="award_filing_new"),
    path("awards/filings/<int:pk>/", desk(officer_views.filing), name="award_filing"),
    path("awards/filings/<int:pk>/edit/", filer(employer_views.filing_edit), name="award_filing_edit"),
    path("awards/filings/<int:pk>/paper/", filer(employer_views.filing_paper), name="award_filing_paper"),
    path("awards/filings/<int:pk>/left/", filer(employer_views.filing_leaving), name="award_filing_left"),
    path("awards/filings/<int:pk>/service/", filer(employer_views.filing_service), name="award_filing_service"),
    path(
        "awards/filings/<int:pk>/step/<slug:step>/",
        filer(employer_views.filing_step),
        name="award_filing_step",
    ),
    path("awards/filings/<int:pk>/accept/", decider(officer_views.accept), name="award_filing_accept"),
    path(
        "awards/filings/<int:pk>/decide/<slug:step>/",
        decider(officer_views.decide),
        name="award_filing_decide",
    ),
    path("awards/service/<int:pk>/", decider(officer_views.statement), name="award_statement"),
    path("my/awards/", worker(worker_views.my_mandates), name="my_award_mandates"),
    path("my/awards/<int:pk>/", worker(worker_views.my_mandate), name="my_award_mandate"),
    path("my/awards/<int:pk>/answer/", worker(worker_views.my_mandate_answer), name="my_award_mandate_answer"),
]
