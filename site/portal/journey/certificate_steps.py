"""Portraits and identities that are still missing, the certificates of the class, and anyone who checks them."""

from collections import Counter

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certifications.certificates.models import BatchItem, TrainingCertificate
from certifications.certificates.selectors import check_code
from certifications.certificates.services.batches import batch_request, batch_work
from certifications.certificates.services.files import certificate_file_bytes
from certifications.certificates.states import BatchState, ItemState
from certifications.papers.keys import trusted_certificates
from certifications.papers.reading import paper_read
from portal.journey.learner_steps import check_answered, people_of
from portal.journey.state import Counts, Journey
from workers.demo import portrait_drawn
from workers.services import card_set, identity_check_request, photo_set
from workers.states import IdentityState

# Opening a file as a stranger's file takes a process of its own each time: these many are, the others are looked up.
FILES_READ = 3


def papers_complete(journey: Journey) -> Counts:
    """Everybody's portrait and card, from her phone or at the counter; who has no account is verified there.

    The roster says which card; nobody is paid to an account that only a school has named, so each enters it herself.
    """
    clock, officer = journey.clock, journey.cast.officer
    journey.before(16, 20)
    photos = verified = cards = 0
    portrait = portrait_drawn().read()
    for enrolment in people_of(journey):
        worker = enrolment.worker
        if worker.identity_state != IdentityState.VERIFIED:
            identity_check_request(worker_id=worker.pk, actor=officer, at=clock.at)
            check_answered(worker, journey)
            verified += 1
        if not worker.photo:
            actor = worker.user or officer
            photo_set(worker_id=worker.pk, upload=_portrait(portrait), actor=actor, at=clock.forward(20))
            photos += 1
        if enrolment.card and not worker.social_security_card:
            card_set(worker_id=worker.pk, account=enrolment.card, actor=worker.user or officer, at=clock.forward(20))
            cards += 1
    return {"photos_taken": photos, "verified_at_the_counter": verified, "cards_entered": cards}


def _portrait(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("portrait.jpg", content, content_type="image/jpeg")


def certificates_issue(journey: Journey) -> Counts:
    """One request for each class, worked on as the background does; every file into the folder."""
    at = journey.clock.forward(1800)
    asked = []
    for run in journey.runs:
        batch = batch_request(class_run_id=run.pk, issued_on=timezone.localdate(at), actor=journey.cast.staff, at=at)
        batch = batch_work(batch_id=batch.pk, at=journey.clock.forward(5))
        journey.require("发证批次都办完", int(batch.state == BatchState.DONE), 1)
        asked.append(batch.pk)
    items = BatchItem.objects.filter(batch__in=asked)
    reasons = Counter(items.filter(state=ItemState.REFUSED).values_list("code", flat=True))
    for code, people in sorted(reasons.items()):
        sentence = items.filter(code=code).values_list("reason", flat=True)[0]
        journey.note(f"{people} 人没有发证：{sentence}" if people == 1 else f"{people} 人没有发证（{code}）")
    journey.facts["certificate_refusals"] = dict(sorted(reasons.items()))
    issued = list(certificates_of(journey))
    size = 0
    for certificate in issued:
        content = certificate_file_bytes(certificate)
        size = max(size, len(content))
        journey.keep(f"certificates/{certificate.number}.pdf", content)
    return {"certificates": len(issued), "not_issued": sum(reasons.values()), "largest_file_kib": -(-size // 1024)}


def certificates_of(journey: Journey) -> list[TrainingCertificate]:
    """The certificates of the classes in the order of their numbers."""
    rows = TrainingCertificate.objects.filter(enrolment__class_run__in=journey.runs).select_related("worker__user")
    return list(rows.order_by("series_year", "serial"))


def certificates_verify(journey: Journey) -> Counts:
    """Somebody scans each QR code; a few files are uploaded, and one that was tampered with."""
    client = Client(HTTP_HOST="127.0.0.1")
    valid = read = 0
    issued = certificates_of(journey)
    for certificate in issued:
        address = reverse("certificate_check", args=[certificate.number, check_code(certificate.number)])
        answer = client.get(address)
        page = answer.content.decode()
        valid += answer.status_code == 200 and "有效" in page and certificate.worker.id_number not in page
    trusted = trusted_certificates()
    for certificate in issued[:FILES_READ]:
        read += paper_read(certificate_file_bytes(certificate), trusted=trusted).is_genuine
    journey.require("扫码都显示有效", valid, len(issued))
    journey.require("上传的原件都是原件", read, min(FILES_READ, len(issued)))
    if issued:
        content = bytearray(certificate_file_bytes(issued[0]))
        content[len(content) // 2] ^= 1
        tampered = paper_read(bytes(content), trusted=trusted)
        journey.require("改动过的文件被认出", int(tampered.is_genuine), 0)
    return {"looked_up": valid, "files_read": read}
