"""Every address of the site. Each view carries an access rule (``foundation.accounts.access``)."""

from django.urls import include, path
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

handler500 = "portal.operations.outage.server_error"

urlpatterns = [
    path("", include("certifications.verification.urls")),
    path("", include("portal.operations.urls")),
    path("", include("portal.design.urls")),
    path("", include("portal.sign_in.urls")),
    path("", include("portal.my.urls")),
    path("", include("portal.search.urls")),
    path("", include("portal.dashboards.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("courses.study.urls")),
    path("", include("courses.attendance.urls")),
    path("", include("courses.completion.urls")),
    path("staff/", include("portal.staff.urls")),
    path("workers/", include("workers.urls")),
    path("", include("courses.content.urls")),
    path("", include("courses.classes.finder_urls")),
    path("", include("courses.classes.urls")),
    path("", include("courses.classes.enrolment_urls")),
    path("", include("courses.schools.urls")),
    path("", include("certifications.applications.urls")),
    path("", include("certifications.bodies.urls")),
    path("", include("certifications.plans.urls")),
    path("", include("certifications.scoring.urls")),
    path("", include("certifications.certificates.urls")),
    path("", include("subsidies.schemes.urls")),
    path("", include("subsidies.claims.urls")),
    path("", include("subsidies.school_claims.urls")),
    path("", include("subsidies.review.urls")),
    path("", include("subsidies.registers.urls")),
    path("", include("subsidies.checks.urls")),
    path("", include("subsidies.notices.urls")),
    path("", include("subsidies.ledger.urls")),
    path("", include("subsidies.payments.urls")),
    path("", include("subsidies.awards.urls")),
    path("", include("certifications.record.urls")),
    path("", include("certifications.talent.urls")),
    path("", include("residency.routes.urls")),
    path("", include("residency.evidence.urls")),
    path("", include("residency.planner.urls")),
    path("exchange/", include("exchange.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
