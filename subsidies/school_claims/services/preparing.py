"""A class is prepared: a draft for everybody something can be claimed for, and the bureau's checks over all of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun
from courses.classes.services.locks import class_run_lock
from courses.classes.services.parties import school_staff_required
from courses.classes.states import ClassState
from foundation.accounts.models import User
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_index
from foundation.database import in_force
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim, ClassClaim
from subsidies.claims.selectors import Claimable, facts_many
from subsidies.claims.selectors.facts import card_of
from subsidies.claims.selectors.school_accounts import school_account_of
from subsidies.claims.services import claims_move
from subsidies.claims.services.sending import draft_row, numbers_take
from subsidies.claims.states import Channel, ClaimState, ClassClaimState, Party
from subsidies.mandates.states import MandateState
from subsidies.schemes.deciding import scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import figures_of, own_schemes
from subsidies.schemes.states import Payee
from subsidies.school_claims.errors import SchoolClaimError
from subsidies.school_claims.models import ClassSend
from subsidies.school_claims.selectors.classes import cases_of_class, people_of
from subsidies.school_claims.selectors.mandates import mandates_with
from subsidies.school_claims.selectors.rows import claims_in_the_way, key_of
from subsidies.school_claims.states import SendState

SAID_NO = frozenset({MandateState.REFUSED, MandateState.WITHDRAWN})
Key = tuple[str, int]


@transaction.atomic
def class_claim_prepare(*, class_run_id: int, scheme_id: int, actor: User, at: datetime) -> ClassClaim:
    """The class claim under preparation, brought up to this moment and checked; as many queries for many as for few.

    Raises ``PermissionDenied`` for another school and ``SchoolClaimError`` for a class that is not closed, a scheme
    that is not in force, or while the class is being sent.
    """
    run = class_run_lock(class_run_id)
    school_staff_required(actor, run.school, at=at)
    if run.state != ClassState.CLOSED:
        raise SchoolClaimError("not_closed", _("这个班还没有结班，结班以后才能申领。"))
    on = timezone.localdate(at)
    scheme = own_schemes().filter(in_force(on), pk=scheme_id).first()
    if scheme is None:
        raise SchoolClaimError(
            "policy_gap", _("政策待确认：这项补贴现在没有有效的政策规定，不能申领。请等政策发布后再来。")
        )
    if ClassSend.objects.filter(class_claim__class_run=run, class_claim__scheme=scheme).exclude(state=SendState.DONE):
        raise SchoolClaimError("being_sent", _("这个班正在提交，请等提交完成后再办。"))
    class_claim, is_new = ClassClaim.objects.get_or_create(
        class_run=run,
        scheme=scheme,
        state=ClassClaimState.DRAFT,
        defaults={"school": run.school, "created_by": actor, "created_at": at},
    )
    drafts = drafts_refresh(class_claim, run, actor=actor, at=at)
    if is_new:
        data = {"class_run": run.pk, "scheme": scheme.code, "claims": len(drafts)}
        audit_record("school_claims.class_claim.prepared", class_claim, actor=actor, data=data)
    return class_claim


def drafts_refresh(class_claim: ClassClaim, run: ClassRun, *, actor: User, at: datetime) -> list[Claim]:
    """Make the drafts that are missing, let go of those that are none any more, decide all anew and check them.

    Whoever said no has none; whoever claimed by herself needs none. The caller holds the class.
    """
    on, scheme = timezone.localdate(at), class_claim.scheme
    wanted = _wanted(run, scheme, on=on)
    _adopt(class_claim)
    held = Claim.objects.select_for_update(of=("self",)).filter(class_claim=class_claim, state=ClaimState.DRAFT)
    known = {key_of(claim): claim for claim in held.order_by("pk")}
    gone = [claim.pk for key, claim in known.items() if key not in wanted]
    if gone:
        claims_move(
            claim_ids=gone, action="withdraw", party=Party.SCHOOL, actor=actor, at=at, key=f"class:{class_claim.pk}"
        )
    missing = [case for key, case in wanted.items() if key not in known]
    made = [
        draft_row(case, scheme, number=number, channel=Channel.SCHOOL, class_claim=class_claim, actor=actor, at=at)
        for case, number in zip(missing, numbers_take(len(missing), at=at), strict=True)
    ]
    Claim.objects.bulk_create(made)
    known |= {key_of(claim): claim for claim in made}
    drafts = {key: known[key] for key in wanted}
    _decide(drafts, wanted, class_claim, on=on)
    if drafts:
        ids = sorted(claim.pk for claim in drafts.values())
        checks_run(claim_ids=ids, moment=Moment.LINT, actor=actor, at=at)
    return list(drafts.values())


def _wanted(run: ClassRun, scheme: Scheme, *, on: date) -> dict[Key, Claimable]:
    """What a draft is made for."""
    people = people_of(run)
    cases = cases_of_class(run, people, scheme, figures_of(scheme, on=on))
    if scheme.payee == Payee.WORKER:
        said = mandates_with(run.school, [one.worker_id for one in people])
        no = {worker for worker, mandate in said.items() if mandate.state in SAID_NO}
        cases = {pk: case for pk, case in cases.items() if case.worker.pk not in no}
    standing = claims_in_the_way(list(cases.values()), scheme)
    return {case.key: case for case in cases.values() if case.key not in standing}


def _adopt(class_claim: ClassClaim) -> None:
    """What stayed behind when the class was sent before belongs to this preparation."""
    Claim.objects.filter(
        class_claim__class_run=class_claim.class_run_id, scheme=class_claim.scheme_id, state=ClaimState.DRAFT
    ).exclude(class_claim=class_claim).update(class_claim=class_claim)


def _decide(drafts: Mapping[Key, Claim], cases: Mapping[Key, Claimable], class_claim: ClassClaim, *, on: date) -> None:
    """Write into each draft what it would be and where it would go, so that the checks see what they would see."""
    scheme, listed = class_claim.scheme, [cases[key] for key in drafts]
    if not listed:
        return
    figures = figures_of(scheme, on=on)
    facts = facts_many(listed, scheme, on=on, figures=figures)
    of_school = school_account_of(class_claim.school) if scheme.payee == Payee.SCHOOL else None
    changed: list[Claim] = []
    for claim, case, one in zip(drafts.values(), listed, facts, strict=True):
        answer = scheme_decide(scheme, one, on=on, figures=figures)
        amount = (answer.amount_fen or 0) if answer.outcome in {"yes", "undecided"} else 0
        of_payee = of_school.account if of_school else ""
        account = of_payee if scheme.payee == Payee.SCHOOL else card_of(case.worker)
        if (claim.amount_fen, claim.account) != (amount, account):
            claim.amount_fen, claim.account = amount, account
            claim.account_index = blind_index("account", account) if account else None
            changed.append(claim)
    Claim.objects.bulk_update(changed, ["amount_fen", "account", "account_index"], batch_size=500)


@transaction.atomic
def class_claim_cancel(*, class_claim_id: int, actor: User, at: datetime) -> ClassClaim:
    """Nothing of this preparation is sent."""
    class_claim = class_claim_lock(class_claim_id, actor, at=at)
    if class_claim.state != ClassClaimState.DRAFT:
        raise SchoolClaimError("wrong_state", _("这一批已经提交或取消，不能再取消。请刷新页面再看。"))
    drafts: Sequence[int] = list(
        Claim.objects.filter(class_claim=class_claim, state=ClaimState.DRAFT).values_list("pk", flat=True)
    )
    if drafts:
        claims_move(
            claim_ids=drafts, action="withdraw", party=Party.SCHOOL, actor=actor, at=at, key=f"class:{class_claim.pk}"
        )
    class_claim.state = ClassClaimState.CANCELLED
    class_claim.save(update_fields=["state"])
    audit_record("school_claims.class_claim.cancelled", class_claim, actor=actor)
    return class_claim


def class_claim_lock(class_claim_id: int, actor: User, *, at: datetime) -> ClassClaim:
    """The class claim with its class, both locked, for the school's own office."""
    run_id = ClassClaim.objects.values_list("class_run_id", flat=True).get(pk=class_claim_id)
    run = class_run_lock(run_id)
    school_staff_required(actor, run.school, at=at)
    rows = ClassClaim.objects.select_for_update(of=("self",)).select_related("scheme", "school__organisation")
    class_claim = rows.get(pk=class_claim_id)
    class_claim.class_run = run
    return class_claim
