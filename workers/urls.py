"""Officers' pages of the person's file."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from workers import counter_views, phone_views, views
from workers.states import COUNTER, FILE_READERS, IDENTITY_OFFICERS

reader = for_roles(*FILE_READERS)
identity_officer = for_roles(*IDENTITY_OFFICERS)
counter = for_roles(*COUNTER)

urlpatterns: list[URLPattern] = [
    path("", reader(views.worker_list), name="worker_list"),
    path("search/", reader(views.worker_search), name="worker_search"),
    path("export/", reader(views.worker_export), name="worker_export"),
    path("<int:pk>/", reader(views.worker_detail), name="worker_detail"),
    path("<int:pk>/photo/", reader(views.worker_photo), name="worker_photo"),
    path("<int:pk>/reveal/<slug:field>/", reader(views.worker_reveal), name="worker_reveal"),
    path("papers/<slug:kind>/<int:pk>/", reader(views.worker_paper), name="worker_paper"),
    path("<int:pk>/check/", identity_officer(counter_views.identity_check), name="worker_check"),
    path("<int:pk>/override/", identity_officer(counter_views.identity_override), name="worker_override"),
    path("<int:pk>/correct/", identity_officer(counter_views.identity_correct), name="worker_correct"),
    path("<int:pk>/insured-months/", identity_officer(counter_views.insured_months), name="worker_insured_months"),
    path("<int:pk>/release/", identity_officer(counter_views.account_release), name="worker_release"),
    path("<int:pk>/phone/", counter(phone_views.phone_change), name="worker_phone"),
    path("<int:pk>/phone/code/", counter(phone_views.phone_code), name="worker_phone_code"),
    path("lines/<slug:kind>/<int:pk>/confirm/", identity_officer(counter_views.line_confirm), name="line_confirm"),
    path("lines/", identity_officer(counter_views.line_list), name="line_list"),
    path("lines/<slug:kind>/<int:pk>/decline/", identity_officer(counter_views.line_decline), name="line_decline"),
    path("lines/<slug:kind>/<int:pk>/withdraw/", identity_officer(counter_views.line_withdraw), name="line_withdraw"),
    path("links/", identity_officer(counter_views.link_list), name="link_list"),
    path("links/<int:pk>/", identity_officer(counter_views.link_decide), name="link_decide"),
]
