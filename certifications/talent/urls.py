"""Addresses of the register of skilled workers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
