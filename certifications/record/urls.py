"""Addresses of the skill record."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
