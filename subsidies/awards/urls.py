"""Addresses of talent awards."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
