"""A claim is filled in by the platform and sent: by her, by an officer at the counter, or by a school for its class."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.services.parties import school_staff_required
from courses.schools.models import School
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.policy.engine import Decision
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClassClaim, SchoolAccount
from subsidies.claims.selectors.claimables import FIELDS, Claimable, Field, claimable_get, claimables_for
from subsidies.claims.selectors.facts import card_of
from subsidies.claims.services.deciding import answer_for, decision_freeze, sendable, unknown_names
from subsidies.claims.services.moving import claim_move
from subsidies.claims.services.papers import NewPaper, papers_keep, papers_missing
from subsidies.claims.states import LIVE, AccountState, Channel, ClaimState, Party
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import own_schemes
from subsidies.schemes.states import Payee
from workers.models import Worker
from workers.states import AccountProof

PARTIES = {
    Channel.SELF: Party.CLAIMANT,
    Channel.COUNTER: Party.CLAIMANT,
    Channel.SCHOOL: Party.SCHOOL,
    Channel.EMPLOYER: Party.EMPLOYER,
}


@transaction.atomic
def claim_submit(
    *,
    scheme_id: int,
    actor: User,
    at: datetime,
    training_certificate_id: int | None = None,
    level_certificate_id: int | None = None,
    prior_certificate_id: int | None = None,
    enrolment_id: int | None = None,
    channel: Channel = Channel.SELF,
    papers: Sequence[NewPaper] = (),
    fee_fen: int | None = None,
) -> Claim:
    """Claim, all in one step; sending the same again gives the claim that is there.

    ``fee_fen`` is what the assessment cost, where a share of it is paid. Undecided goes to a person, who finds the
    unknown facts named with the decision. ``ClaimError`` with the reasons
    where the rule says no, 政策待确认 where no rule is in force; ``PermissionDenied`` for whoever may not.
    """
    case = _case(training_certificate_id, level_certificate_id, prior_certificate_id, enrolment_id)
    scheme = scheme_get(scheme_id)
    worker_hold(case.worker.pk)
    permit(case.worker, case.school, channel, actor, at=at)
    there = _there(case, scheme)
    if there is not None:
        return there
    claim = _draft(case, scheme, channel=channel, class_claim=None, actor=actor, at=at, fee_fen=fee_fen)
    papers_keep(claim, papers, actor=actor, at=at)
    return send(claim, case, actor=actor, at=at)


@transaction.atomic
def claim_prepare(
    *,
    scheme_id: int,
    actor: User,
    at: datetime,
    training_certificate_id: int | None = None,
    level_certificate_id: int | None = None,
    prior_certificate_id: int | None = None,
    enrolment_id: int | None = None,
    channel: Channel = Channel.SCHOOL,
    class_claim: ClassClaim | None = None,
) -> Claim:
    """A draft for a claim of a class; preparing it again gives the one that is there. Nothing is decided yet."""
    case = _case(training_certificate_id, level_certificate_id, prior_certificate_id, enrolment_id)
    school = class_claim.school if class_claim else case.school
    permit(case.worker, school, channel, actor, at=at)
    mine = Claim.objects.filter(scheme=scheme_id, class_claim=class_claim, state=ClaimState.DRAFT)
    there = mine.filter(**{case.field: case.pk}).first()
    if there is not None:
        return there
    claim = _draft(case, scheme_get(scheme_id), channel=channel, class_claim=class_claim, actor=actor, at=at)
    audit_record("claims.claim.prepared", claim, actor=actor)
    return claim


@transaction.atomic
def claim_send(*, claim_id: int, actor: User, at: datetime) -> Claim:
    """Send a draft with the decision of the day, frozen; a draft that was sent already is given back as it is."""
    claim = Claim.objects.select_related("scheme", "class_claim__school").get(pk=claim_id)
    worker_hold(claim.worker_id)
    claim = Claim.objects.select_related("scheme", "worker__user", "school", "class_claim__school").get(pk=claim_id)
    school = claim.class_claim.school if claim.class_claim else claim.school
    permit(claim.worker, school, Channel(claim.channel), actor, at=at)
    if claim.state != ClaimState.DRAFT:
        return claim
    return send(claim, case_of_claim(claim), actor=actor, at=at)


def case_of_claim(claim: Claim) -> Claimable:
    """What the claim is for, as it stands now: of a certificate that was replaced, the one that follows it."""
    case = claimables_for([claim]).get(claim.pk)
    if case is None:
        raise ClaimError("certificate_gone", _("这本证书已经换发或撤回。请用现在有效的证书重新申领。"))
    return case


def permit(worker: Worker, school: School | None, channel: Channel, actor: User, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor may claim for her in this way."""
    if channel == Channel.SELF:
        if worker.user_id != actor.pk or worker.account_proof == AccountProof.NONE:
            raise PermissionDenied(_("只有本人可以申领。请先在“我的”里证明这是您的档案。"))
    elif channel == Channel.COUNTER:
        if Role.OFFICER_INTAKE not in roles_of(actor, on=timezone.localdate(at)):
            raise PermissionDenied(_("只有窗口工作人员可以代办申领。"))
        if worker.user_id == actor.pk:
            raise PermissionDenied(_("不能替自己代办。请用本人的账户申领，或由另一位工作人员代办。"))
    elif channel == Channel.EMPLOYER:
        # The parts of an award are sent as ``services.awarding`` says, never by a form.
        raise PermissionDenied(_("奖励由用人单位申报，到期由平台自动申领。"))
    elif school is None:
        raise PermissionDenied(_("这本证书不是培训机构发的，由本人申领。"))
    else:
        school_staff_required(actor, school, at=at)


def worker_hold(worker_id: int) -> None:
    """Lock her file: two claims of one person at one moment come one after the other, so that both are counted."""
    Worker.objects.select_for_update(no_key=True).only("pk").get(pk=worker_id)


def account_for(payee: str, worker: Worker, school: School | None) -> str:
    """The account the money goes to: hers, or the one an officer confirmed for the school; empty without any."""
    if payee == Payee.WORKER:
        return card_of(worker)
    held = SchoolAccount.objects.filter(school=school, state=AccountState.IN_FORCE).first() if school else None
    return str(held.account) if held else ""


def _case(training: int | None, level: int | None, prior: int | None, enrolment: int | None) -> Claimable:
    given: list[tuple[Field, int]] = [
        (field, pk) for field, pk in zip(FIELDS[:4], (training, level, prior, enrolment), strict=True) if pk is not None
    ]
    if len(given) != 1:
        raise ValueError("A claim is for one certificate or for one training.")
    case = claimable_get(*given[0])
    if case is None:
        raise ClaimError("not_found", _("没有找到这本证书或这次培训，可能已经换发或撤回。请回到“我的补贴”再看。"))
    return case


def scheme_get(scheme_id: int) -> Scheme:
    """A scheme of this city; ``ClaimError`` when there is none."""
    scheme = own_schemes().filter(pk=scheme_id).first()
    if scheme is None:
        raise ClaimError("not_found", _("没有这个补贴项目，或不是本市的。请回到“我的补贴”重新选择。"))
    return scheme


def _there(case: Claimable, scheme: Scheme) -> Claim | None:
    """The claim that stands for this case by this scheme; ``ClaimError`` when another claim of the lane excludes it:
    another scheme's, or one for the certificate that this one replaced, which is of the same training.
    """
    of_case = Q(**{case.field: case.pk})
    if case.enrolment is not None:
        of_case |= Q(enrolment=case.enrolment)
    mine = Claim.objects.filter(of_case, worker=case.worker, state__in=sorted(LIVE))
    for claim in mine.select_related("scheme", "worker__user"):
        if claim.scheme.code == scheme.code and getattr(claim, f"{case.field}_id") == case.pk:
            return claim
        if claim.lane == scheme.lane:
            raise ClaimError("claimed_before", claimed_words(claim))
    return None


def claimed_words(claim: Claim) -> str:
    """That something was claimed already, and under which number."""
    return _(
        "这本证书（这次培训）已经申领过“%(scheme)s”，编号 %(number)s，现在是“%(state)s”。同一类补贴只能领一项。"
    ) % {
        "scheme": claim.scheme.name,
        "number": claim.number,
        "state": claim.get_state_display(),
    }


def _draft(
    case: Claimable,
    scheme: Scheme,
    *,
    channel: Channel,
    class_claim: ClassClaim | None,
    actor: User,
    at: datetime,
    fee_fen: int | None = None,
) -> Claim:
    number = numbers_take(1, at=at)[0]
    claim = draft_row(case, scheme, number=number, channel=channel, class_claim=class_claim, actor=actor, at=at)
    claim.fee_fen = fee_fen
    claim.save(force_insert=True)
    return claim


def draft_row(
    case: Claimable,
    scheme: Scheme,
    *,
    number: str,
    channel: Channel,
    class_claim: ClassClaim | None,
    actor: User,
    at: datetime,
) -> Claim:
    """The row of a draft, not saved yet: a class's are written together. ``ClaimError`` when it cannot be for this."""
    _fitting(case, scheme, channel)
    school = class_claim.school if class_claim else case.school
    named = {f"{case.field}_id": case.pk} if case.field != "enrolment" else {}
    return Claim(
        number=number,
        scheme=scheme,
        worker=case.worker,
        payee=scheme.payee,
        school=school,
        class_claim=class_claim,
        enrolment=case.enrolment,
        lane=scheme.lane,
        family=scheme.family,
        fund=scheme.fund,
        district_code=case.worker.district_code or settings.CITY_CODE,
        channel=channel,
        created_by=actor,
        created_at=at,
        **named,
        **_copies_of(case),
    )


def _copies_of(case: Claimable) -> dict[str, Any]:
    """What a claim keeps of what it is for: other claims are compared with it, and it stays when that is corrected."""
    return {
        "occupation_code": case.occupation_code,
        "work_type_name": case.work_type_name,
        "level": case.level_number,
        "certificate_number": case.certificate_number,
        "issued_on": case.issued_on,
    }


def _fitting(case: Claimable, scheme: Scheme, channel: Channel) -> None:
    """The scheme pays for such a thing, and to whoever claims here; else ``ClaimError``."""
    if scheme.subject != case.subject:
        raise ClaimError(
            "wrong_subject", _("“%(scheme)s”不是为这个发的。请回到“我的补贴”重新选择。") % {"scheme": scheme.name}
        )
    if scheme.payee == Payee.SCHOOL and channel != Channel.SCHOOL:
        raise ClaimError("school_claims", _("“%(scheme)s”发给培训机构，由培训机构申领。") % {"scheme": scheme.name})


def numbers_take(count: int, *, at: datetime) -> list[str]:
    """So many numbers, each S, the year, and a serial that never repeats; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('claims_claim_serial') FROM generate_series(1, %s)", [count])
        serials = [serial for (serial,) in cursor.fetchall()]
    return [f"S{timezone.localdate(at).year}{serial:08d}" for serial in serials]


def send(claim: Claim, case: Claimable, *, actor: User | None, at: datetime, party: Party | None = None) -> Claim:
    """Decide, freeze, move. The caller holds the worker, and has seen that the actor may."""
    missing = papers_missing(claim)
    if missing:
        raise ClaimError("papers_missing", _("还缺材料：%(titles)s。请拍照上传。") % {"titles": "、".join(missing)})
    answer = answer_for(case, claim.scheme, on=timezone.localdate(at), besides=[claim.pk])
    decision = sendable(answer)
    claim.account = account_for(claim.payee, claim.worker, claim.school)
    if not claim.account:
        raise ClaimError("no_account", no_account_words(claim.payee))
    claim.amount_fen = decision.amount_fen or 0
    # A draft may be older than a correction: what was decided is what is kept.
    copies = _copies_of(case)
    for name, value in copies.items():
        setattr(claim, name, value)
    claim.save(update_fields=["account", "account_index", "amount_fen", *copies])
    decision_freeze(claim, decision, actor=actor, at=at)
    return claim_move(
        claim_id=claim.pk, action="submit", party=party or PARTIES[Channel(claim.channel)], actor=actor, at=at,
        data=kept_of(decision),
    )  # fmt: skip


def no_account_words(payee: str) -> str:
    """Whose account is missing, and where to give it."""
    if payee == Payee.SCHOOL:
        return _("培训机构还没有核对过的对公账户。请先登记，等工作人员核对。")
    return _("还没有登记收款账户。请先在“我的”里登记本人的社会保障卡或银行账户，再来申领。")


def kept_of(decision: Decision) -> dict[str, str]:
    """What the event keeps of a decision: its outcome and the codes of what is unknown."""
    unknown = unknown_names(decision)
    return {"outcome": decision.outcome.value} | ({"unknown": ",".join(unknown)} if unknown else {})
