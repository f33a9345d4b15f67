"""Addresses of checking. The first is printed in every QR code and must never change."""

from django.urls import URLPattern, path

from certifications.verification import views
from foundation.accounts.access import public

urlpatterns: list[URLPattern] = [
    path("v/<str:number>/<str:code>/", public(views.check), name="certificate_check"),
    path("v/<str:number>/<str:code>/photo/", public(views.photo), name="certificate_check_photo"),
    path("verify/", public(views.verify), name="certificate_verify"),
    path("verify/file/", public(views.file), name="certificate_verify_file"),
]
