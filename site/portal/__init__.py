"""Composition only: settings, addresses, CMS pages, design system; may import everything, nothing imports it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
