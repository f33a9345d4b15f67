"""Addresses of evidence packs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
