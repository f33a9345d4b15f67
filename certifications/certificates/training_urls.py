"""Addresses of training certificates: the desk's, and her own pages."""

from typing import Any

from django.urls import URLPattern, path

from certifications.certificates import officer_views, school_views, worker_views
from certifications.certificates.states import CERTIFICATE_DESK, CERTIFICATE_OFFICERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

school: Any = for_roles(Role.SCHOOL_STAFF)
reader: Any = for_roles(*CERTIFICATE_DESK)
keeper: Any = for_roles(Role.SCHOOL_STAFF, *CERTIFICATE_OFFICERS)
officer: Any = for_roles(*CERTIFICATE_OFFICERS)
worker: Any = for_roles(Role.WORKER)

urlpatterns: list[URLPattern] = [
    *listing("certificates/classes/", school_views.CertificateClasses, CERTIFICATE_DESK),
    path("certificates/classes/<int:pk>/", reader(school_views.class_page), name="certificate_class"),
    path("certificates/classes/<int:pk>/issue/", school(school_views.class_issue), name="certificate_class_issue"),
    path("certificates/classes/<int:pk>/files/", keeper(school_views.class_files), name="certificate_class_files"),
    path("certificates/batches/<int:pk>/progress/", reader(school_views.batch_progress), name="certificate_progress"),
    path("certificates/people/<int:pk>/issue/", school(school_views.person_issue), name="certificate_person_issue"),
    *listing("certificates/training/", officer_views.TrainingCertificates, CERTIFICATE_DESK),
    path("certificates/training/not-as-filed/", reader(officer_views.not_as_filed), name="certificates_not_as_filed"),
    path("certificates/training/<int:pk>/", reader(officer_views.certificate_page), name="training_certificate"),
    path(
        "certificates/training/<int:pk>/file/", keeper(officer_views.certificate_file), name="training_certificate_file"
    ),
    path(
        "certificates/training/<int:pk>/<slug:name>/",
        keeper(officer_views.certificate_step),
        name="training_certificate_step",
    ),
    path("certificates/revocations/", officer(officer_views.revocations), name="certificate_revocations"),
    path("certificates/revocations/<int:pk>/", officer(officer_views.revocation_answer), name="certificate_revocation"),
    path("my/certificates/", worker(worker_views.my_certificates), name="my_certificates"),
    path("my/certificates/<int:pk>/", worker(worker_views.my_certificate), name="my_certificate"),
    path("my/certificates/<int:pk>/file/", worker(worker_views.my_certificate_file), name="my_certificate_file"),
]
