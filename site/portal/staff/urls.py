"""Addresses of the desktop of officers, auditors, schools and assessment bodies."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import STAFF, WRITERS, Role
from foundation.desk import listing
from portal.staff import account_views, import_views, views
from portal.staff.navigation import KEEPERS, LISTS, OVERSEERS

administrator = for_roles(Role.ADMINISTRATOR)
keeper = for_roles(*KEEPERS)
overseer = for_roles(*OVERSEERS)
reader = for_roles(*STAFF)
# Everybody but the auditor, who changes nothing; each kind of import says for itself who may bring it.
writer = for_roles(*WRITERS)


urlpatterns: list[URLPattern] = [
    path("", reader(views.home), name="staff_home"),
    *listing("organisations/", views.Organisations, LISTS),
    *listing("accounts/", views.Accounts, KEEPERS),
    path("accounts/open/", administrator(account_views.account_open), name="staff_account_open"),
    path("accounts/<int:pk>/", keeper(account_views.account), name="staff_account"),
    path("accounts/<int:pk>/grant/", administrator(account_views.account_grant), name="staff_account_grant"),
    path("accounts/<int:pk>/end/", administrator(account_views.account_end), name="staff_account_end"),
    path("accounts/<int:pk>/switch/", administrator(account_views.account_switch), name="staff_account_switch"),
    path("accounts/<int:pk>/password/", administrator(account_views.account_password), name="staff_account_password"),
    *listing("audit/", views.Events, OVERSEERS),
    path("audit/chain/", overseer(views.audit_chain), name="staff_audit_chain"),
    path("audit/<int:pk>/", overseer(views.event), name="staff_event"),
    *listing("accesses/", views.Accesses, OVERSEERS),
    *listing("dead-letters/", views.DeadLetters, KEEPERS),
    path("dead-letters/<int:pk>/", keeper(account_views.dead_letter), name="staff_dead_letter"),
    path("dead-letters/<int:pk>/send/", administrator(account_views.dead_letter_send), name="staff_dead_letter_send"),
    *listing("sms/", views.TextMessages, KEEPERS),
    path("jobs/", keeper(views.jobs), name="staff_jobs"),
    *listing("imports/", import_views.Batches, STAFF),
    path("imports/new/", writer(import_views.new), name="staff_import_new"),
    path("imports/new/<slug:kind>/", writer(import_views.upload), name="staff_import_upload"),
    path("imports/new/<slug:kind>/template/", writer(import_views.template), name="staff_import_template"),
    path("imports/<int:pk>/", reader(import_views.batch), name="staff_import"),
    path("imports/<int:pk>/progress/", reader(import_views.progress), name="staff_import_progress"),
    path("imports/<int:pk>/columns/", reader(import_views.columns), name="staff_import_columns"),
    path("imports/<int:pk>/sheet/", writer(import_views.reread), name="staff_import_reread"),
    path("imports/<int:pk>/check/", writer(import_views.check), name="staff_import_check"),
    path("imports/<int:pk>/apply/", writer(import_views.apply), name="staff_import_apply"),
    path("imports/<int:pk>/discard/", writer(import_views.discard), name="staff_import_discard"),
    path("imports/<int:pk>/faults/", writer(import_views.faults), name="staff_import_faults"),
]
