"""Addresses of notices: the public's without signing in, and the desk's."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles, public
from foundation.desk import listing
from subsidies.notices import officer_views, views
from subsidies.notices.states import NOTICE_KEEPERS, NOTICE_READERS

reader = for_roles(*NOTICE_READERS)
keeper = for_roles(*NOTICE_KEEPERS)

urlpatterns: list[URLPattern] = [
    path("publicity/", public(views.notices), name="notices"),
    path("publicity/objections/", public(views.answer), name="notice_objection_answer"),
    path("publicity/objections/received/", public(views.received), name="notice_objection_received"),
    path("publicity/<slug:number>/", public(views.notice), name="notice"),
    path("publicity/<slug:number>/file/", public(views.file), name="notice_file"),
    path("publicity/<slug:number>/<int:serial>/objection/", public(views.objection), name="notice_objection"),
    *listing("subsidies/notices/", officer_views.Notices, NOTICE_READERS),
    path("subsidies/notices/publish/", keeper(officer_views.publish), name="notice_publish"),
    path("subsidies/notices/<int:pk>/", reader(officer_views.notice), name="notice_desk"),
    path("subsidies/notices/<int:pk>/close/", keeper(officer_views.close), name="notice_close"),
    *listing("subsidies/objections/", officer_views.Objections, NOTICE_READERS),
    path("subsidies/objections/<int:pk>/", reader(officer_views.objection), name="objection_desk"),
    path("subsidies/objections/<int:pk>/take-out/", keeper(officer_views.take_out), name="objection_take_out"),
    path("subsidies/objections/<int:pk>/reveal/<slug:field>/", keeper(officer_views.reveal), name="objection_reveal"),
    path("subsidies/objections/<int:pk>/evidence/", reader(officer_views.evidence), name="objection_evidence"),
]
