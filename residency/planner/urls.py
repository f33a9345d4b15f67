"""Addresses of the career planner."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
