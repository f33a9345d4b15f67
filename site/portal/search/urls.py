from django.urls import path

from foundation.accounts.access import public
from portal.search import views

urlpatterns = [
    path("search/", public(views.search), name="search"),
]
