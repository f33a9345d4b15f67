"""From the certificate to the public notice: lists of other offices, claims, two officers, days to object."""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from foundation.calendar.working_days import working_calendar
from foundation.errors import DomainError
from portal.journey.certificate_steps import certificates_of
from portal.journey.clock import Clock
from portal.journey.registers import registers_bring
from portal.journey.state import Counts, Journey, JourneyError
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_submit
from subsidies.claims.states import Channel, ClaimState
from subsidies.notices.services import notice_close, notice_publish
from subsidies.registers.states import RegisterKind
from subsidies.review.services import claim_pass_intake, claim_pass_review
from subsidies.schemes.base_loading import schemes_demo_load
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import schemes_on
from workers.models import Worker

SCHEME = "demonstration.training"


def registers_import(journey: Journey) -> Counts:
    """The lists of other offices as they would send them: everybody of the class registered, nobody on the others."""
    journey.clock.forward(3600)
    rows = registers_bring(
        [worker.id_number for worker in Worker.objects.all()],
        source="流程演练",
        officer=journey.cast.officer,
        clock=journey.clock,
        since=journey.plan.opens_on - timedelta(days=400),
    )
    journey.note("名册是按本班编的：档案里的人都已登记就业，没有人领养老金、在编、在校、死亡或服刑。")
    return {"registers": len(RegisterKind), "register_rows": rows}


def scheme_of(journey: Journey) -> Scheme:
    """The demonstration's training subsidy: Xiamen's own figures have ended, and an ended figure pays nobody."""
    on = timezone.localdate(journey.clock.at)
    schemes_demo_load(on=on)
    for scheme in schemes_on(city=settings.CITY_CODE, on=on):
        if scheme.code == SCHEME:
            return scheme
    raise JourneyError("演示补贴项目没有载入，不能申领。")


def claims_send(journey: Journey) -> Counts:
    """Everybody with a certificate claims from her phone, whoever has none at the counter."""
    scheme = scheme_of(journey)
    next_morning(journey.clock)
    sent = at_the_counter = 0
    reasons: Counter[str] = Counter()
    for certificate in certificates_of(journey):
        user = certificate.worker.user
        try:
            claim_submit(
                scheme_id=scheme.pk,
                training_certificate_id=certificate.pk,
                actor=user or journey.cast.officer,
                channel=Channel.SELF if user else Channel.COUNTER,
                at=journey.clock.forward(40),
            )
        except DomainError as refusal:
            reasons[refusal.message] += 1
            continue
        sent += 1
        at_the_counter += user is None
    for sentence, people in sorted(reasons.items()):
        journey.note(f"{people} 人没有申领成功：{sentence}")
    journey.facts["claim_refusals"] = dict(sorted(reasons.items()))
    journey.note(f"补贴项目：{scheme.name}")
    return {"claims": sent, "claims_at_the_counter": at_the_counter, "claims_refused": sum(reasons.values())}


def claims_of(journey: Journey) -> list[Claim]:
    """The claims of the class in the order in which they were sent."""
    rows = Claim.objects.filter(training_certificate__enrolment__class_run=journey.run)
    return list(rows.select_related("worker__user").order_by("pk"))


def claims_decide(journey: Journey) -> Counts:
    """One officer passes them, another looks again; what is found is told."""
    cast = journey.cast
    passed = reviewed = 0
    next_morning(journey.clock)
    for claim in claims_of(journey):
        # Whoever filled a claim in at the counter passes it on to a colleague.
        officer = cast.second_officer if claim.created_by_id == cast.officer.pk else cast.officer
        try:
            claim_pass_intake(claim_id=claim.pk, actor=officer, at=journey.clock.forward(60))
        except DomainError as refusal:
            journey.note(f"{claim.number}：{refusal.message}")
            continue
        passed += 1
    next_morning(journey.clock)
    for claim in claims_of(journey):
        if claim.state == ClaimState.INTAKE_PASSED:
            claim_pass_review(claim_id=claim.pk, actor=cast.reviewer, at=journey.clock.forward(60))
            reviewed += 1
    return {"passed_intake": passed, "passed_review": reviewed}


def notice_hold(journey: Journey) -> Counts:
    """Published with masked names, closed when its working days are over."""
    at = next_morning(journey.clock)
    waiting = [claim.pk for claim in claims_of(journey) if claim.state == ClaimState.REVIEWED]
    if not waiting:
        raise JourneyError("没有复核通过的申领，不能公示。")
    published = notice_publish(claim_ids=waiting, title="培训补贴公示（演练）", actor=journey.cast.reviewer, at=at)
    notice = published.notice
    at = journey.clock.put(notice.ends_on + timedelta(days=1), 9)
    notice_close(notice_id=notice.pk, at=at)
    journey.note(f"公示 {notice.number}：{notice.published_on} 至 {notice.ends_on}")
    approved = sum(claim.state == ClaimState.APPROVED for claim in claims_of(journey))
    return {"published": notice.lines.count(), "approved": approved}


def next_morning(clock: Clock) -> datetime:
    """Nine o'clock on the next working day."""
    return clock.put(working_calendar().add(timezone.localdate(clock.at), 1).on, 9)
