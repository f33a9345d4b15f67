"""A worker's own pages."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from portal.my import data_views, line_views, phone_views, views

hers = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    path("my/", hers(views.home), name="my_home"),
    path("my/identity/", hers(views.identity), name="my_identity"),
    path("my/identity/result/", hers(views.identity_result), name="my_identity_result"),
    path("my/district/", hers(views.district), name="my_district"),
    path("my/card/", hers(views.card), name="my_card"),
    path("my/photo/", hers(views.photo), name="my_photo"),
    path("my/photo/file/", hers(views.photo_file), name="my_photo_file"),
    path("my/groups/", hers(line_views.lines), {"kind": "group"}, name="my_groups"),
    path("my/groups/add/", hers(line_views.line_add), {"kind": "group"}, name="my_group_add"),
    path("my/groups/<int:pk>/end/", hers(line_views.line_end), {"kind": "group"}, name="my_group_end"),
    path("my/groups/<int:pk>/paper/", hers(line_views.paper), {"kind": "group"}, name="my_group_paper"),
    path("my/groups/<int:pk>/ask/", hers(line_views.line_ask), {"kind": "group"}, name="my_group_ask"),
    path("my/groups/<int:pk>/remove/", hers(line_views.line_remove), {"kind": "group"}, name="my_group_remove"),
    path("my/jobs/", hers(line_views.lines), {"kind": "employment"}, name="my_jobs"),
    path("my/jobs/add/", hers(line_views.line_add), {"kind": "employment"}, name="my_job_add"),
    path("my/jobs/<int:pk>/", hers(line_views.line_change), {"kind": "employment"}, name="my_job_change"),
    path("my/jobs/<int:pk>/remove/", hers(line_views.line_remove), {"kind": "employment"}, name="my_job_remove"),
    path("my/jobs/<int:pk>/paper/", hers(line_views.paper), {"kind": "employment"}, name="my_job_paper"),
    path("my/jobs/<int:pk>/ask/", hers(line_views.line_ask), {"kind": "employment"}, name="my_job_ask"),
    path("my/schooling/", hers(line_views.lines), {"kind": "education"}, name="my_schooling"),
    path("my/schooling/add/", hers(line_views.line_add), {"kind": "education"}, name="my_schooling_add"),
    path("my/schooling/<int:pk>/", hers(line_views.line_change), {"kind": "education"}, name="my_schooling_change"),
    path(
        "my/schooling/<int:pk>/remove/",
        hers(line_views.line_remove),
        {"kind": "education"},
        name="my_schooling_remove",
    ),
    path("my/schooling/<int:pk>/paper/", hers(line_views.paper), {"kind": "education"}, name="my_schooling_paper"),
    path("my/schooling/<int:pk>/ask/", hers(line_views.line_ask), {"kind": "education"}, name="my_schooling_ask"),
    path("my/phone/", hers(phone_views.phone), name="my_phone"),
    path("my/phone/old/", hers(phone_views.old_code), name="my_phone_old"),
    path("my/phone/new/", hers(phone_views.new_code), name="my_phone_new"),
    path("my/phone/done/", hers(phone_views.done), name="my_phone_done"),
    path("my/data/", hers(data_views.data), name="my_data"),
    path("my/data/show/", hers(data_views.show), name="my_data_show"),
    path("my/data/looks/", hers(data_views.looks), name="my_looks"),
    path("my/consents/<int:pk>/withdraw/", hers(data_views.consent_remove), name="my_consent_withdraw"),
]
