"""Papers of schools: judged by content as those of workers are, kept under a random name."""

from django.core.files import File
from django.core.files.base import ContentFile

from courses.schools.errors import SchoolError
from workers.errors import WorkerError
from workers.files import evidence_checked

ACCEPTED = "image/jpeg,image/png,application/pdf"


def paper_checked(upload: File[bytes]) -> ContentFile[bytes]:
    """A PDF or a picture of at most 10 MiB, with nothing that runs; refuses anything else by its content."""
    try:
        return evidence_checked(upload, folder="schools/papers")
    except WorkerError as refusal:
        raise SchoolError(refusal.code, refusal.message) from refusal
