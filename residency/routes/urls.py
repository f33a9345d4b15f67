"""Addresses of residency routes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
