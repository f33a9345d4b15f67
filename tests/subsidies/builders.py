"""Schemes, holders of certificates, budgets, and claims in every state: only what matters is passed in.

A claim is written as a draft row and brought on by the one function that moves claims, so its money always lies where
its state says. What deciding and sending do is tested with the services themselves.
"""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from certifications.certificates.models import LevelCertificate
from courses.catalogue.models import Occupation
from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import Role
from foundation.database import period
from foundation.policy.models import Parameter, PolicyDocument
from foundation.policy.states import Unit
from subsidies.claims.models import Claim
from subsidies.claims.services import claim_move, claims_move
from subsidies.claims.states import TRANSITIONS, Channel, ClaimState, Party
from subsidies.ledger.models import Account
from subsidies.ledger.services import budget_allot
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Family, Fund, Payee, SchemeRule, SchemeState, Subject
from tests.certifications.certificates.builders import a_holder
from tests.certifications.certificates.builders_level import a_body, body_staff, housekeeping
from tests.foundation.policy_builders import a_document, a_published_version
from tests.workers.builders import NOW, TODAY, an_officer
from workers.models import Worker
from workers.services import card_set

CITY = "350200"
SINCE = date(2024, 1, 1)
ISSUED = date(2026, 10, 8)
LIMITS = {
    "audit_limit": 7,
    "publicity_days": 5,
    "objection_limit": 5,
    "payment_limit": 10,
    "correction_limit": 10,
}
_numbers = count(1)


def a_law() -> PolicyDocument:
    """One paper that everything here cites."""
    return PolicyDocument.objects.filter(title="示例补贴办法").first() or a_document(
        title="示例补贴办法", doc_no="示例〔2024〕1号", provenance="F-A"
    )


def a_figure(
    code: str, value: int | str, *, unit: str = Unit.FEN, since: date = SINCE, until: date | None = None
) -> None:
    """A published figure of the city, unless it is there already."""
    if not Parameter.objects.filter(code=code, city_code=CITY).exists():
        parameter = Parameter.objects.create(code=code, city_code=CITY, unit=unit, meaning=f"示例 {code}")
        a_published_version(parameter, value, since, until, document=a_law())


def procedure_limits() -> None:
    """The working days each step may take."""
    for name, days in LIMITS.items():
        a_figure(f"subsidy.procedure.{name}", days, unit=Unit.WORKING_DAY)


def a_scheme(code: str = "example.training", **fields: Any) -> Scheme:
    """A scheme that pays 700 yuan for a level certificate of level five, and asks nothing else."""
    known = Scheme.objects.filter(code=code, city_code=CITY).first()
    if known is not None:
        return known
    procedure_limits()
    given: dict[str, Any] = {
        "city_code": CITY,
        "name": f"示例补贴 {code}",
        "summary": "示例",
        "rule": SchemeRule.CERTIFICATE,
        "family": Family.TRAINING,
        "fund": Fund.EMPLOYMENT,
        "payee": Payee.WORKER,
        "subject": Subject.CERTIFICATE,
        "effective": period(SINCE),
        "document": a_law(),
        "article": "第三条",
        "provenance": "F-A",
        "state": SchemeState.PUBLISHED,
        "published_at": NOW,
    }
    a_figure(f"{code}.amount.level5", 70_000)
    a_figure(f"{code}.certificate.level", 1, unit=Unit.SWITCH)
    return Scheme.objects.create(code=code, **(given | fields))


def an_account_number() -> str:
    """A card account of nobody that passes the check digit."""
    first = f"990000{next(_numbers):012d}"
    for last in "0123456789":
        digits = [int(one) for one in first + last][::-1]
        total = sum(digits[0::2]) + sum(sum(divmod(2 * one, 10)) for one in digits[1::2])
        if total % 10 == 0:
            return first + last
    raise AssertionError


def a_claimant(*, name: str = "李梅", with_card: bool = True, **fields: Any) -> Worker:
    """Somebody verified, with a portrait and a card to be paid to."""
    worker = a_holder(name=name, **fields)
    if with_card:
        card_set(worker_id=worker.pk, account=an_account_number(), actor=worker.user, at=NOW)
        worker.refresh_from_db()
    return worker


def a_level_certificate(worker: Worker | None = None, *, level: int = 5, **fields: Any) -> LevelCertificate:
    """A certificate of 母婴护理员 recorded by a filed body: written as a row, without an assessment."""
    n = next(_numbers)
    occupation, work_type = housekeeping()
    body = fields.pop("body", None) or LevelCertificate.objects.order_by("pk").values_list("body", flat=True).first()
    if body is None:
        body = a_body()
    elif isinstance(body, int):
        body = LevelCertificate.objects.select_related("body").filter(body=body)[0].body
    given: dict[str, Any] = {
        "number": f"S00003599000126{level}{n:06d}",
        "worker": worker or a_claimant(),
        "body": body,
        "occupation": occupation,
        "work_type": work_type,
        "level": level,
        "issued_on": ISSUED,
        "data": "{}",
        "source": "示例",
        "recorded_at": NOW,
    }
    given["recorded_by"] = fields.pop("recorded_by", None) or body_staff(body)
    return LevelCertificate.objects.create(**(given | fields))


def an_officer_of(role: Role) -> User:
    """The bureau's officer of the role; the same one when asked again (``another`` makes a second)."""
    held = Membership.objects.filter(role=role, user__username__startswith="desk-").select_related("user").first()
    return held.user if held else another(role)


def another(role: Role) -> User:
    """One more officer of the role."""
    officer = an_officer(role)
    User.objects.filter(pk=officer.pk).update(username=f"desk-{role}-{officer.pk}")
    officer.refresh_from_db()
    return officer


def working_for(user: User, organisation: Organisation, *, role: Role = Role.SCHOOL_STAFF) -> User:
    """The officer also works for a school or body."""
    Membership.objects.create(user=user, organisation=organisation, role=role, effective=period(SINCE))
    return user


def a_budget(
    amount_fen: int = 100_000_000, *, fund: str = Fund.EMPLOYMENT, year: int = 2026, district: str = CITY
) -> None:
    """Money for the claims of a year."""
    budget_allot(
        fund=fund,
        year=year,
        district_code=district,
        amount_fen=amount_fen,
        reference=f"示例预〔{year}〕{next(_numbers)}号",
        actor=an_officer_of(Role.OFFICER_FINANCE),
        at=NOW,
    )


def a_draft(
    worker: Worker | None = None,
    *,
    scheme: Scheme | None = None,
    certificate: LevelCertificate | None = None,
    amount_fen: int = 70_000,
    **fields: Any,
) -> Claim:
    """A claim that has not been sent."""
    scheme = scheme or a_scheme()
    certificate = certificate or a_level_certificate(worker)
    occupation: Occupation = certificate.occupation
    given: dict[str, Any] = {
        "number": f"S2026{next(_numbers):07d}",
        "scheme": scheme,
        "worker": certificate.worker,
        "payee": scheme.payee,
        "level_certificate": certificate,
        "lane": scheme.lane,
        "family": scheme.family,
        "fund": scheme.fund,
        "occupation_code": occupation.code,
        "work_type_name": certificate.work_type.name if certificate.work_type else "",
        "level": certificate.level,
        "certificate_number": certificate.number,
        "issued_on": certificate.issued_on,
        "district_code": certificate.worker.district_code or CITY,
        "amount_fen": amount_fen,
        "account": certificate.worker.social_security_card,
        "channel": Channel.SELF,
        "created_by": certificate.worker.user,
        "created_at": NOW,
    }
    return Claim.objects.create(**(given | fields))


# The straight way to each state.
WAYS: dict[str, tuple[str, ...]] = {
    ClaimState.DRAFT: (),
    ClaimState.SUBMITTED: ("submit",),
    ClaimState.WITHDRAWN: ("submit", "withdraw"),
    ClaimState.RETURNED: ("submit", "return"),
    ClaimState.REFUSED: ("submit", "refuse"),
    ClaimState.INTAKE_PASSED: ("submit", "pass_intake"),
    ClaimState.REVIEWED: ("submit", "pass_intake", "pass_review"),
    ClaimState.PUBLISHED: ("submit", "pass_intake", "pass_review", "publish"),
    ClaimState.DISPUTED: ("submit", "pass_intake", "pass_review", "publish", "dispute"),
    ClaimState.APPROVED: ("submit", "pass_intake", "pass_review", "publish", "approve"),
    ClaimState.IN_BATCH: ("submit", "pass_intake", "pass_review", "publish", "approve", "batch"),
    ClaimState.SENT: ("submit", "pass_intake", "pass_review", "publish", "approve", "batch", "send"),
    ClaimState.PAID: ("submit", "pass_intake", "pass_review", "publish", "approve", "batch", "send", "pay"),
    ClaimState.PAYMENT_FAILED: (
        "submit", "pass_intake", "pass_review", "publish", "approve", "batch", "send", "bounce",
    ),
}  # fmt: skip
ACTORS = {Party.INTAKE: Role.OFFICER_INTAKE, Party.REVIEW: Role.OFFICER_REVIEW, Party.FINANCE: Role.OFFICER_FINANCE}


def who_moves(claim: Claim, action: str) -> tuple[Party, User | None]:
    """Somebody who may take the step."""
    parties = TRANSITIONS[action].parties
    for party in (Party.CLAIMANT, Party.INTAKE, Party.REVIEW, Party.FINANCE):
        if party in parties:
            return party, claim.worker.user if party == Party.CLAIMANT else an_officer_of(ACTORS[party])
    return Party.SYSTEM, None


def a_claim(
    state: str = ClaimState.SUBMITTED, worker: Worker | None = None, *, at: datetime = NOW, **fields: Any
) -> Claim:
    """A claim in that state, with its clocks, its history and its money. The budget is found when there is none."""
    way = WAYS[ClaimState(state)]
    if "pass_review" in way and not _has_budget():
        a_budget()
    claim = a_draft(worker, **fields)
    for step, action in enumerate(way):
        party, actor = who_moves(claim, action)
        reason = "示例原因" if TRANSITIONS[action].needs_reason else ""
        claim_move(
            claim_id=claim.pk, action=action, party=party, actor=actor, at=at + timedelta(seconds=step), reason=reason
        )
    claim.refresh_from_db()
    return claim


def claims_in(state: str, number: int, **fields: Any) -> list[Claim]:
    """Several claims of different people, brought on together: quicker than one by one."""
    way = WAYS[ClaimState(state)]
    if "pass_review" in way and not _has_budget():
        a_budget()
    drafts = [a_draft(**fields) for _n in range(number)]
    for step, action in enumerate(way):
        party, actor = who_moves(drafts[0], action)
        reason = "示例原因" if TRANSITIONS[action].needs_reason else ""
        claims_move(
            claim_ids=[one.pk for one in drafts],
            action=action,
            party=party,
            actor=actor,
            at=NOW + timedelta(seconds=step),
            reason=reason,
            key=f"示例:{action}:{drafts[0].pk}",
        )
    return list(Claim.objects.filter(pk__in=[one.pk for one in drafts]).order_by("pk"))


def _has_budget() -> bool:
    return Account.objects.filter(year=TODAY.year).exists()
