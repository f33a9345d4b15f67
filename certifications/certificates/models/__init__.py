"""Training certificates, level certificates, certificates from before, and what happened to them."""

from certifications.certificates.models.events import CertificateEvent
from certifications.certificates.models.level import LevelCertificate, PriorCertificate
from certifications.certificates.models.lookup import CertificateLookup
from certifications.certificates.models.revocation import Revocation
from certifications.certificates.models.training import (
    BatchItem,
    CertificateBatch,
    SchoolSeries,
    SeriesYear,
    TrainingCertificate,
)

__all__ = [
    "BatchItem",
    "CertificateBatch",
    "CertificateEvent",
    "CertificateLookup",
    "LevelCertificate",
    "PriorCertificate",
    "Revocation",
    "SchoolSeries",
    "SeriesYear",
    "TrainingCertificate",
]
