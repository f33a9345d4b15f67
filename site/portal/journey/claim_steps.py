"""From the certificate to the public notice: lists of other offices, claims, two officers, days to object."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from foundation.accounts.models import User
from foundation.calendar.working_days import working_calendar
from foundation.database import in_force
from foundation.errors import DomainError
from portal.journey.certificate_steps import certificates_of
from portal.journey.clock import Clock
from portal.journey.registers import registers_bring
from portal.journey.state import Counts, Journey
from subsidies.checks.selectors import findings_open
from subsidies.claims.models import Claim, RefusalReason
from subsidies.claims.services import claim_submit
from subsidies.claims.states import Channel, ClaimState
from subsidies.notices.services import notice_close, notice_publish
from subsidies.registers.states import RegisterKind
from subsidies.review.errors import ReviewError
from subsidies.review.services import (
    claim_pass_intake,
    claim_pass_review,
    claim_refuse,
    claims_pass_clean,
    claims_screen,
)
from subsidies.review.states import CHUNK
from subsidies.schemes.base_loading import schemes_demo_load
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import schemes_shown
from workers.models import Worker

SCHEME = "demonstration.training"
# The line of the list of refusals that stands for whatever has none of its own.
OTHER = "other"


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
    journey.note("名册是编的：档案里的人都已登记就业，没有人领养老金、在编、在校、死亡或服刑。")
    return {"registers": len(RegisterKind), "register_rows": rows}


def scheme_of(journey: Journey) -> Scheme | None:
    """The demonstration's training subsidy: Xiamen's own figures have ended, and an ended figure pays nobody.

    Also the edition that has ended, so that the rule itself says 政策待确认; nothing when there was none yet.
    """
    on = timezone.localdate(journey.clock.at)
    schemes_demo_load(on=on)
    return next((one for one in schemes_shown(city=settings.CITY_CODE, on=on) if one.code == SCHEME), None)


def claims_send(journey: Journey) -> Counts:
    """Everybody with a certificate claims from her phone, whoever has none at the counter."""
    next_morning(journey.clock)
    scheme, issued = scheme_of(journey), certificates_of(journey)
    sent = at_the_counter = 0
    reasons: Counter[str] = Counter()
    for certificate in issued:
        user = certificate.worker.user
        if scheme is None:
            reasons[f"政策待确认：{timezone.localdate(journey.clock.at)} 没有公布补贴项目"] += 1
            continue
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
        journey.note(f"{people} 人当场没有受理：{sentence}")
    journey.facts["claim_refusals"] = dict(sorted(reasons.items()))
    if scheme is not None:
        journey.note(f"补贴项目：{scheme.name}")
    return {"claims": len(issued), "claims_taken": sent, "claims_at_the_counter": at_the_counter}


def claims_of(journey: Journey) -> list[Claim]:
    """The claims of the classes in the order in which they were sent."""
    rows = Claim.objects.filter(training_certificate__enrolment__class_run__in=journey.runs)
    return list(rows.select_related("worker__user").order_by("pk"))


def claims_decide(journey: Journey) -> Counts:
    """One officer passes them, another looks again. What the checks stop is not granted, and the reason is told."""
    cast = journey.cast
    next_morning(journey.clock)
    waiting = claims_of(journey)
    # Whoever filled a claim in at the counter leaves it to a colleague.
    own = [claim for claim in waiting if claim.created_by_id == cast.officer.pk]
    others = [claim for claim in waiting if claim.created_by_id != cast.officer.pk]
    passed = _decided(journey, others, cast.officer, claim_pass_intake)
    passed += _decided(journey, own, cast.second_officer, claim_pass_intake)
    next_morning(journey.clock)
    waiting = [claim for claim in claims_of(journey) if claim.state == ClaimState.INTAKE_PASSED]
    reviewed = _decided(journey, waiting, cast.reviewer, claim_pass_review)
    refused = sum(claim.state == ClaimState.REFUSED for claim in claims_of(journey))
    return {"passed_intake": passed, "passed_review": reviewed, "not_granted": refused}


def _decided(journey: Journey, claims: list[Claim], officer: User, one_by_one: Callable[..., Claim]) -> int:
    """How many were passed on: the clean ones together, as officers do it, the others each by itself."""
    passed = 0
    for first in range(0, len(claims), CHUNK):
        chunk = claims[first : first + CHUNK]
        numbers, at = [claim.pk for claim in chunk], journey.clock.forward(60)
        claims_screen(claim_ids=numbers, actor=officer, at=at)
        found = {finding.claim_id for finding in findings_open(numbers)}
        clean = [pk for pk in numbers if pk not in found]
        try:
            together = {one.pk for one in _clean_passed(clean, chunk[0].state, officer, journey.clock.forward(60))}
        except ReviewError:
            together = set()
        alone = [claim for claim in chunk if claim.pk not in together]
        passed += len(together) + sum(_decided_alone(journey, claim, officer, one_by_one) for claim in alone)
    return passed


def _clean_passed(numbers: list[int], state: str, officer: User, at: datetime) -> list[Claim]:
    return claims_pass_clean(claim_ids=numbers, state=state, actor=officer, at=at) if numbers else []


def _decided_alone(journey: Journey, claim: Claim, officer: User, pass_on: Callable[..., Claim]) -> bool:
    """Whether it was passed on; refused with what stopped it when it was not."""
    try:
        pass_on(claim_id=claim.pk, actor=officer, at=journey.clock.forward(60))
    except DomainError as stopped:
        at = journey.clock.forward(60)
        listed = RefusalReason.objects.filter(in_force(timezone.localdate(at)), code=OTHER).first()
        if listed is None:
            raise
        claim_refuse(claim_id=claim.pk, refusal_id=listed.pk, text=stopped.message[:500], actor=officer, at=at)
        journey.note(f"申领 {claim.number} 不予核定：{stopped.message}")
        return False
    return True


def notice_hold(journey: Journey) -> Counts:
    """Published with masked names, closed when its working days are over."""
    at = next_morning(journey.clock)
    waiting = [claim.pk for claim in claims_of(journey) if claim.state == ClaimState.REVIEWED]
    if not waiting:
        journey.note("没有复核通过的申领，不公示。")
        return {}
    published = notice_publish(claim_ids=waiting, title="培训补贴公示（演练）", actor=journey.cast.reviewer, at=at)
    notice = published.notice
    at = journey.clock.put(notice.ends_on + timedelta(days=1), 9)
    notice_close(notice_id=notice.pk, at=at)
    journey.note(f"公示 {notice.number}：{notice.published_on} 至 {notice.ends_on}")
    for left in published.left_out:
        journey.note(f"申领 {left.number} 没有公示：还有必须先处理的核查结果。")
    approved = sum(claim.state == ClaimState.APPROVED for claim in claims_of(journey))
    return {"published": notice.lines.count(), "approved": approved}


def next_morning(clock: Clock) -> datetime:
    """Nine o'clock on the next working day."""
    return clock.put(working_calendar().add(timezone.localdate(clock.at), 1).on, 9)
