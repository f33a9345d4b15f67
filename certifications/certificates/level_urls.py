"""Level certificates and those from before: the desk under ``certificates/``, hers under ``my/certificates/``."""

from typing import Any

from django.urls import URLPattern, path

from certifications.certificates import level_views, prior_views
from certifications.certificates.level_states import LEVEL_DESK, LEVEL_STEPS, PRIOR_CHECKERS, PRIOR_READERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

body: Any = for_roles(Role.BODY_STAFF)
desk: Any = for_roles(*LEVEL_DESK)
steps: Any = for_roles(*LEVEL_STEPS)
prior: Any = for_roles(*PRIOR_READERS)
hers: Any = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    *listing("certificates/level/", level_views.LevelCertificates, LEVEL_DESK),
    path("certificates/level/add/", body(level_views.add), name="level_certificate_add"),
    path("certificates/level/upload/", body(level_views.upload), name="level_certificate_upload"),
    path("certificates/level/<int:pk>/", desk(level_views.certificate_page), name="level_certificate"),
    path("certificates/level/<int:pk>/<slug:move>/", steps(level_views.step), name="level_certificate_step"),
    *listing("certificates/prior/", prior_views.PriorCertificates, PRIOR_READERS),
    path("certificates/prior/<int:pk>/", prior(prior_views.check_page), name="prior_certificate"),
    path(
        "certificates/prior/<int:pk>/look-up/",
        for_roles(*PRIOR_CHECKERS)(prior_views.look_up),
        name="prior_certificate_look_up",
    ),
    path("certificates/prior/<int:pk>/<slug:which>/", prior(prior_views.paper), name="prior_certificate_paper"),
    path("my/certificates/prior/add/", hers(prior_views.add), name="my_prior_add"),
    path("my/certificates/prior/<int:pk>/", hers(prior_views.mine), name="my_prior"),
    path("my/certificates/prior/<int:pk>/paper/", hers(prior_views.my_paper), name="my_prior_paper"),
    path("my/certificates/prior/<int:pk>/withdraw/", hers(prior_views.withdraw), name="my_prior_withdraw"),
]
