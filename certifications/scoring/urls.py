"""Addresses of scoring: the desk's, the assessor's phone, and her own results."""

from django.urls import URLPattern, path

from certifications.scoring import assessor_views, body_views, officer_views, school_views, worker_views
from certifications.scoring.states import DESK, EXPORTERS, READERS, REOPENERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

reader = for_roles(*READERS)
desk = for_roles(*DESK)
exporter = for_roles(*EXPORTERS)
reopener = for_roles(*REOPENERS)
assessor = for_roles(Role.ASSESSOR)
worker = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    *listing("scores/", body_views.Plans, READERS),
    path("scores/<int:pk>/", reader(body_views.plan_page), name="scoring_plan"),
    path("scores/<int:pk>/enter/<slug:part>/", desk(body_views.enter), name="scoring_enter"),
    path("scores/<int:pk>/upload/", desk(body_views.upload), name="scoring_upload"),
    path("scores/<int:pk>/publish/", desk(body_views.publish), name="scoring_publish"),
    path("scores/<int:pk>/finalise/", desk(body_views.finalise), name="scoring_finalise"),
    path("scores/<int:pk>/export/", exporter(body_views.export), name="scoring_export"),
    path("scores/<int:pk>/reopen/", reopener(officer_views.reopen), name="scoring_reopen"),
    path("scores/<int:pk>/resit/", desk(school_views.resit), name="scoring_resit"),
    path("scores/<int:pk>/sheets/<slug:part>/", desk(officer_views.sheet), name="scoring_sheet"),
    path("scores/rooms/<int:pk>/", reader(officer_views.room), name="scoring_room"),
    path("scores/rooms/<int:pk>/close/", desk(officer_views.room_close), name="scoring_room_close"),
    path("scores/rooms/<int:pk>/rule/<int:candidate>/", desk(officer_views.rule), name="scoring_rule"),
    path("scores/candidates/<int:pk>/", reader(school_views.candidate_page), name="scoring_candidate"),
    path("scores/candidates/<int:pk>/remark/<slug:part>/", desk(school_views.remark), name="scoring_remark"),
    path("scores/candidates/<int:pk>/void/<slug:part>/", desk(school_views.void), name="scoring_void"),
    path("scores/candidates/<int:pk>/appeal/<slug:part>/", desk(school_views.appeal_for), name="scoring_appeal_for"),
    *listing("scores/appeals/", school_views.Appeals, READERS),
    path("scores/appeals/<int:pk>/", reader(school_views.appeal), name="scoring_appeal"),
    path("assess/", assessor(assessor_views.home), name="assess_home"),
    path("assess/<int:room>/", assessor(assessor_views.room), name="assess_room"),
    path("assess/<int:room>/<int:candidate>/", assessor(assessor_views.rate), name="assess_rate"),
    path("assess/<int:room>/confirm/", assessor(assessor_views.confirm), name="assess_confirm"),
    path("assess/<int:room>/close/", assessor(assessor_views.close), name="assess_close"),
    path("my/results/", worker(worker_views.my_results), name="my_results"),
    path("my/results/<int:pk>/", worker(worker_views.my_result), name="my_result"),
    path("my/results/<int:pk>/appeal/<slug:part>/", worker(worker_views.appeal), name="my_appeal"),
]
