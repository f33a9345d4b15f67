from django.urls import path

from foundation.accounts.access import public
from portal.operations import views

urlpatterns = [
    path("healthz", public(views.healthz), name="healthz"),
    path("readyz", public(views.readyz), name="readyz"),
    path("media/<path:name>", public(views.public_file), name="public_file"),
]
