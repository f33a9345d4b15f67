"""What follows a certificate: accounts on the phone, a school that claims itself, awards, evidence for another desk."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from certifications.certificates.models import LevelCertificate
from courses.classes.models import Enrolment
from courses.classes.states import ClassState
from foundation.accounts.models import Organisation, User
from foundation.accounts.services import organisation_create, phone_prove, worker_account_open
from foundation.accounts.states import OrganisationKind, Role
from foundation.errors import DomainError
from portal.world.classes import Intake, Teaching
from portal.world.offices import Campus, Founder
from portal.world.people import credit_code
from residency.evidence.selectors.packs import preview_of, receivers_open
from residency.evidence.services import pack_send
from residency.evidence.states import Receiver
from subsidies.awards.services import (
    FilingEntry,
    filing_accept,
    filing_draft,
    filing_return,
    filing_send,
    mandate_record,
)
from subsidies.claims.services.school_accounts import school_account_confirm, school_account_enter
from subsidies.schemes.models import Scheme
from subsidies.school_claims.services.preparing import class_claim_prepare
from workers.demo import portrait_drawn
from workers.models import Worker
from workers.services import identity_declare, insured_months_record
from workers.states import AccountProof, InsuranceKind

PROJECT, AWARD = "demonstration.project", "demonstration.award"
EMPLOYER = "厦门安心家庭服务有限公司（演示）"
DESK = Receiver.CREDIT_PLATFORM
MONTHS = 14


def accounts_opened(intake: Intake, teaching: Teaching, count: int) -> int:
    """Some of a class sign in on their phones; the file is theirs at once, for name, number and phone agree."""
    at = teaching.days.at(intake.starts_on + timedelta(days=1), 20)
    rows = Enrolment.objects.filter(pk__in=intake.enrolments, worker__user=None).select_related("worker")
    hers = [one.worker for one in rows.order_by("pk") if one.worker.contact_phone and one.worker.is_verified]
    for worker in hers[:count]:
        user = worker_account_open(phone=worker.contact_phone, at=at)
        user = phone_prove(user=user, phone=worker.contact_phone, at=at)
        identity_declare(user=user, name=worker.name, id_number=worker.id_number, at=teaching.days.clock.forward(240))
    return len(hers[:count])


def school_prepares(campus: Campus, teaching: Teaching) -> None:
    """A school with an account of its own gets the claims for its last class ready; the bureau sees none of it yet."""
    days, run = teaching.days, campus.school.class_runs.filter(state=ClassState.CLOSED).order_by("-ends_on").first()
    if run is None:
        return
    at = days.office(days.before(days.today, 3), 10)
    account = "9900" + "0" * 11 + "35"
    about: dict[str, Any] = {"holder": campus.school.organisation.name, "bank": "示例银行湖里支行"}
    row = school_account_enter(
        school_id=campus.school.pk, account=account, proof=portrait_drawn(), actor=campus.staff, at=at, **about
    )
    officer = teaching.bureau.reviews[0]
    school_account_confirm(account_id=row.pk, typed=account, actor=officer, at=days.clock.forward(3600))
    scheme = Scheme.objects.get(code=PROJECT, city_code=settings.CITY_CODE)
    at = days.office(days.before(days.today, 1), 15)
    class_claim_prepare(class_run_id=run.pk, scheme_id=scheme.pk, actor=campus.staff, at=at)


def employer_opened(founder: Founder) -> tuple[Organisation, User]:
    """An employer that files for its skilled people, and who does it there."""
    employer = organisation_create(
        name=EMPLOYER,
        kind=OrganisationKind.EMPLOYER,
        credit_code=credit_code("91350200MA0TE0077"),
        district_code="350206",
        actor=founder.admin,
    )
    return employer, founder.account("year-employer", employer, Role.EMPLOYER_STAFF)


def awards_filed(held: Sequence[LevelCertificate], employer: Organisation, clerk: User, teaching: Teaching) -> None:
    """Filed one after the other over the months; accepted, sent back, or still before an officer."""
    days = teaching.days
    scheme = Scheme.objects.get(code=AWARD, city_code=settings.CITY_CODE)
    for place, certificate in enumerate(held):
        at = days.office(certificate.issued_on + timedelta(days=9), 10)
        began = date(at.year - 1, at.month, 1)
        months = range(began.year * 12 + began.month - 1, at.year * 12 + at.month - 1)
        insured_months_record(
            worker_id=certificate.worker_id,
            kind=InsuranceKind.PENSION,
            months=[date(number // 12, number % 12 + 1, 1) for number in months],
            source="社保系统(演示)",
            actor=None,
            at=at,
            employer_credit_code=employer.credit_code,
        )
        worker = certificate.worker
        filing = filing_draft(
            employer_id=employer.pk,
            name=worker.name,
            id_number=worker.id_number,
            entry=FilingEntry(scheme.pk, f"level{certificate.level}", "养老护理员", began, certificate.number),
            actor=clerk,
            at=at,
        )
        mandate_record(filing_id=filing.pk, paper=portrait_drawn(), actor=clerk, at=days.clock.forward(600))
        filing_send(filing_id=filing.pk, actor=clerk, at=days.clock.forward(600))
        at = days.office(days.after(at.date(), 4), 11)
        if place % 5 == 3:
            reason = "请补上劳动合同的签字页。"
            filing_return(filing_id=filing.pk, reason=reason, actor=teaching.bureau.intakes[0], at=at)
        else:
            filing_accept(filing_id=filing.pk, actor=teaching.bureau.intakes[0], at=at)


def evidence_sent(teaching: Teaching, count: int) -> int:
    """A few send what they have to the credit platform, where this machine has one."""
    if DESK not in receivers_open():
        return 0
    at = teaching.days.office(teaching.days.before(teaching.days.today, 1), 19)
    people = Worker.objects.exclude(user=None).exclude(account_proof=AccountProof.NONE)
    sent = 0
    for worker in people.filter(skills__isnull=False).distinct().order_by("pk")[:count]:
        assert worker.user is not None
        shown = preview_of(worker, DESK, on=timezone.localdate(at))
        try:
            pack_send(
                worker=worker,
                receiver=DESK,
                facts_sha256=shown.facts_sha256,
                wording_id=shown.wording.pk if shown.wording else None,
                actor=worker.user,
                at=at,
            )
        except DomainError:  # nothing to tell yet
            continue
        sent += 1
    return sent
