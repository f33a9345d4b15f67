"""Addresses of the design system."""

from django.conf import settings
from django.urls import URLPattern, path

from foundation.accounts.access import for_roles, public
from foundation.accounts.states import Role
from portal.design import views

only_developers = public if settings.DEBUG else for_roles(Role.ADMINISTRATOR)

urlpatterns: list[URLPattern] = [
    path("preferences/", public(views.preferences), name="preferences"),
    path("design/", only_developers(views.components), name="design"),
]
