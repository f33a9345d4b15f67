from django.urls import path

from exchange import views
from foundation.accounts.access import public

app_name = "exchange"

urlpatterns = [
    # Public: the gateway has no account here, its signature is checked by the view.
    path("sms/receipts/", public(views.sms_receipts), name="sms_receipts"),
    # Public for the same reason: each office signs with its own key.
    path("evidence/results/", public(views.evidence_results), name="evidence_results"),
]
