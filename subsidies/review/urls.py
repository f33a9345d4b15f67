"""Addresses of the officers' desk."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing
from subsidies.checks.states import FINDING_CLEARERS
from subsidies.review import finder_views, officer_views, views
from subsidies.review.states import READERS, REVIEWERS

reader = for_roles(*READERS)
officer = for_roles(*REVIEWERS)
reviewer = for_roles(Role.OFFICER_REVIEW)
clearer = for_roles(*FINDING_CLEARERS)

urlpatterns: list[URLPattern] = [
    *listing("review/", finder_views.Work, REVIEWERS),
    *listing("review/all/", finder_views.Claims, READERS),
    path("review/search/", reader(finder_views.search), name="review_search"),
    path("review/clean/", officer(views.clean), name="review_clean"),
    *listing("review/appeals/", finder_views.Appeals, READERS),
    path("review/appeals/<int:pk>/", reader(officer_views.appeal), name="review_appeal"),
    path("review/appeals/<int:pk>/evidence/", reader(officer_views.appeal_paper), name="review_appeal_paper"),
    path("review/findings/<int:pk>/clear/", clearer(officer_views.clear), name="review_finding_clear"),
    path("review/<int:pk>/", reader(officer_views.claim_page), name="review_claim"),
    path("review/<int:pk>/decide/", officer(officer_views.decide), name="review_decide"),
    path("review/<int:pk>/hold/", reviewer(officer_views.hold), name="review_hold"),
    path("review/<int:pk>/screen/", officer(officer_views.screen), name="review_screen"),
    path("review/<int:pk>/papers/<int:paper>/", reader(officer_views.paper), name="review_paper"),
]
