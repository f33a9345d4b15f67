"""What the pages of claims share: how an answer and a claim are laid out, and whose they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.papers.simple import simple_paper
from foundation.accounts.models import User
from foundation.calendar.working_days import working_calendar
from foundation.crypto.masking import mask_account
from foundation.errors import DomainError
from foundation.forms import RefusableForm
from foundation.policy.engine import Check, Decision, words
from foundation.policy.engine.words import check_words, step_words
from foundation.policy.errors import PolicyGapError
from foundation.requests import user_of
from subsidies.claims.forms import AccountForm, AppealForm, ClaimForm, CorrectionForm
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.selectors.cases import Case, Offer, case_of
from subsidies.claims.selectors.claimables import Claimable, Field, claimable_get
from subsidies.claims.selectors.claims import may_appeal
from subsidies.claims.selectors.remedies import remedies_of
from subsidies.claims.services import (
    appeal_make,
    claim_account_repair,
    claim_resubmit,
    claim_submit,
    claim_withdraw,
)
from subsidies.claims.states import TONES, TRANSITIONS, Channel, ClaimState
from subsidies.claims.words import due_of, meaning_of, remedy_words
from subsidies.ledger.pages import yuan_text
from subsidies.schemes.answering import source_of
from subsidies.schemes.limits import Limits, limits_of
from subsidies.schemes.models import Scheme, SchemePaper
from subsidies.schemes.selectors import own_schemes
from subsidies.schemes.states import Payee
from workers.models import Worker
from workers.selectors import proven_worker_of

KINDS: dict[str, Field] = {
    "training": "training_certificate",
    "level": "level_certificate",
    "prior": "prior_certificate",
    "class": "enrolment",
}
KIND_OF = {field: kind for kind, field in KINDS.items()}
TONES_OF_ANSWERS = {"yes": "success", "undecided": "waiting", "gap": "warning", "no": "stopped"}
# A short number of days is told in another colour.
SOON_DAYS = 30


def worker_required(request: HttpRequest) -> Worker:
    """Her proven file, or 404: somebody else's money is nobody's page."""
    worker = proven_worker_of(user_of(request))
    if worker is None:
        raise Http404
    return worker


@dataclass(frozen=True)
class Line:
    """One thing that was looked at, in words."""

    title: str
    needed: str
    found: str
    advice: str
    source: str
    is_verified: bool
    is_unknown: bool


def lines_of(decision: Decision | None, *, met: bool) -> list[Line]:
    """The checks that were met, or those in the way."""
    rows = [one for one in (decision.checks if decision else ()) if not one.group and (one.passed is True) == met]
    return [_line(check) for check in rows]


def _line(check: Check) -> Line:
    text = check_words(check)
    source = source_of(check)
    return Line(
        text["title"], text["needed"], text["found"], text["advice"], source, check.verified, check.passed is None
    )


def steps_of(decision: Decision | None) -> list[dict[str, Any]]:
    """How the sum came about, line by line."""
    return [
        {"title": words(one.title), "words": step_words(one), "result_fen": int(one.result), "source": source_of(one)}
        for one in (decision.steps if decision else ())
    ]


def offer_shown(offer: Offer, claimable: Claimable, *, on: date) -> dict[str, Any]:
    """What a scheme says of a case, as a card of the page."""
    answer = offer.answer
    until = answer.claim_until if answer.outcome in {"yes", "undecided"} else None
    upper = offer.scheme.effective.upper
    left = (until - on).days if until else None
    return {
        "scheme": offer.scheme,
        "outcome": answer.outcome,
        "tone": TONES_OF_ANSWERS[answer.outcome],
        "amount_fen": answer.amount_fen if answer.outcome in {"yes", "undecided"} else None,
        "until": until,
        "days_left": left,
        "is_soon": left is not None and left <= SOON_DAYS,
        "in_the_way": lines_of(answer.decision, met=False),
        "met": lines_of(answer.decision, met=True),
        "steps": steps_of(answer.decision),
        "is_verified": answer.decision.verified if answer.decision else True,
        "ended_on": upper - timedelta(days=1) if upper and upper <= on else None,
        "claim": offer.claim,
        "is_same_scheme": offer.claim is not None and offer.claim.scheme_id == offer.scheme.pk,
        "is_claimable": offer.is_claimable,
        "asks_fee": answer.asks_fee,
        "kind": KIND_OF[claimable.field],
        "pk": claimable.pk,
    }


def case_shown(case: Case, *, on: date) -> dict[str, Any]:
    """One certificate or class: what can be had in the open, what cannot folded away."""
    shown = [offer_shown(offer, case.claimable, on=on) for offer in case.offers]
    first = [one for one in shown if one["outcome"] in {"yes", "undecided"} or one["is_same_scheme"]]
    return {
        "claimable": case.claimable,
        "anchor": f"{KIND_OF[case.claimable.field]}-{case.claimable.pk}",
        "offers": first,
        "others": [one for one in shown if one not in first],
    }


def claim_shown(claim: Claim, *, on: date, with_account: bool = True) -> dict[str, Any]:
    """A claim as a card: where it stands in words, the legal day, her own account masked; the school's is not shown."""
    due = due_of(claim)
    left = working_calendar().count(on, due[1]) if due and due[1] >= on else None
    return {
        "claim": claim,
        "tone": TONES[claim.state],
        "meaning": meaning_of(claim),
        "due": due,
        "days_left": left,
        "is_late": bool(due and due[1] < on),
        "account": account_shown(claim) if with_account else "",
    }


def remedies_shown(claim: Claim, *, on: date) -> dict[str, Any]:
    """Where else somebody may go against a refusal, by when, and by which law; nothing for other claims."""
    if claim.state != ClaimState.REFUSED:
        return {}
    found = remedies_of(claim, on=on)
    return {"words": remedy_words(found), "sources": found.sources}


def account_shown(claim: Claim) -> str:
    """Her account, masked; nothing of the school's."""
    return mask_account(claim.account) if claim.account and claim.payee == Payee.WORKER else ""


def claim_acts(claim: Claim) -> dict[str, bool]:
    """What she can do with a claim now."""
    is_hers = claim.payee == Payee.WORKER
    return {
        "is_hers": is_hers,
        "may_withdraw": is_hers and claim.state in TRANSITIONS["withdraw"].sources,
        "may_correct": is_hers and claim.state == ClaimState.RETURNED,
        "may_repair": is_hers and claim.state == ClaimState.PAYMENT_FAILED,
        "may_appeal": may_appeal(claim),
    }


def papers_asked(scheme: Scheme) -> list[SchemePaper]:
    """What the platform does not have and she may hand in."""
    return list(scheme.papers.filter(is_on_file=False))


def marks_of(claim: Claim, events: Sequence[ClaimEvent]) -> list[str]:
    """What the officer marked when the claim was last returned, point by point."""
    last = next((one for one in reversed(events) if one.action == "return"), None)
    if claim.state != ClaimState.RETURNED or last is None:
        return []
    marks = [one for one in str(last.data.get("marks", "")).split("；") if one]
    return [*marks, last.reason] if last.reason not in marks and last.reason != "；".join(marks) else marks


def claim_new_answer(
    request: HttpRequest,
    worker: Worker,
    scheme_id: int,
    which: tuple[str, int],
    *,
    channel: Channel,
    template: str,
    done: str,
) -> HttpResponse:
    """The page of a claim before it is sent, and its sending; a claim that stands already is shown instead."""
    scheme, claimable = _wanted(worker, scheme_id, which)
    today, user = timezone.localdate(), user_of(request)
    offer = case_of(claimable, scheme, on=today)
    target = {"my_claim": lambda pk: [pk], "counter_claims": lambda _pk: [worker.pk]}[done]
    if offer.claim is not None and offer.claim.scheme_id == scheme.pk and request.method != "POST":
        return redirect(done, *target(offer.claim.pk))
    papers = papers_asked(scheme)
    sent = request.POST if request.method == "POST" else None
    form = ClaimForm(sent, request.FILES or None, papers=papers, asks_fee=offer.answer.asks_fee)
    claim = _sent(form, scheme, claimable, actor=user, channel=channel) if form.is_bound else None
    if claim is not None:
        if channel == Channel.COUNTER:
            messages.success(request, _("已代为提交，申领编号 %(number)s。") % {"number": claim.number})
        return redirect(f"{reverse(done, args=target(claim.pk))}?done=1")
    context = offer_shown(offer, claimable, on=today) | {
        "worker": worker,
        "claimable": claimable,
        "form": form,
        "papers": papers,
        "on_file": list(scheme.papers.filter(is_on_file=True)),
        "account": mask_account(worker.social_security_card) if worker.social_security_card else "",
        "will_check": checked_words(),
        "limits": limits_shown(scheme, on=today),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _sent(form: ClaimForm, scheme: Scheme, claimable: Claimable, *, actor: User, channel: Channel) -> Claim | None:
    """The claim that the form made; nothing where it was refused, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return claim_submit(
            scheme_id=scheme.pk,
            **{f"{claimable.field}_id": claimable.pk},
            actor=actor,
            at=timezone.now(),
            channel=channel,
            papers=form.new_papers,
            fee_fen=form.fee_fen,
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return None


def _wanted(worker: Worker, scheme_id: int, which: tuple[str, int]) -> tuple[Scheme, Claimable]:
    """The scheme and her own certificate or class; anything else is not there."""
    field = KINDS.get(which[0])
    scheme = own_schemes().filter(pk=scheme_id).prefetch_related("papers").first()
    claimable = claimable_get(field, which[1]) if field else None
    if scheme is None or claimable is None or claimable.worker.pk != worker.pk or scheme.payee != Payee.WORKER:
        raise Http404
    if scheme.subject != claimable.subject:
        raise Http404
    return scheme, claimable


def limits_shown(scheme: Scheme, *, on: date) -> Limits | None:
    """How long each step may take; nothing while no figure is in force."""
    try:
        return limits_of(scheme, on=on)
    except PolicyGapError:
        return None


def receipt_answer(claim: Claim, *, bureau: str = "") -> HttpResponse:
    """受理回执 as a PDF: number, date, what for, how much, by when. Name and account stay masked on paper."""
    content = simple_paper(
        "claims/receipt.html",
        {
            "claim": claim,
            "name": claim.worker.masked_name,
            "account": account_shown(claim),
            "due": due_of(claim),
            "meaning": meaning_of(claim),
            "bureau": bureau or settings.CITY_CODE,
        },
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{claim.number}.pdf"'
    return answer


def checked_words() -> list[str]:
    """What the bureau will look at, told before she sends."""
    return [
        _("身份、年龄和人员类别"),
        _("证书真不真，还有没有效"),
        _("以前领过几次，有没有重复领"),
        _("是不是在领养老金、是不是在编人员、是不是在校生"),
        _("培训考勤和学时"),
    ]


@dataclass(frozen=True)
class Place:
    """A claim, and where something is done with it: on her own pages, at the counter in her name, or by the employer
    that filed for her, which never reads her account."""

    claim: Claim
    back: str
    kind: Literal["own", "counter", "employer"] = "own"

    def template(self, name: str) -> str:
        return f"claims/{name}.html" if self.kind == "own" else f"claims/{self.kind}_{name}.html"


def correct_answer(request: HttpRequest, place: Place) -> HttpResponse:
    """What the officer marked, with her answer and papers."""
    claim = place.claim
    given = frozenset(claim.papers.filter(is_current=True).values_list("title", flat=True))
    form = CorrectionForm(
        request.POST or None,
        request.FILES or None,
        papers=papers_asked(claim.scheme),
        given=given,
        asks_fee=claim.fee_fen is not None,
        initial={"fee": yuan_text(claim.fee_fen)} if claim.fee_fen else None,
    )

    def send(actor: User, at: datetime) -> None:
        answer = form.cleaned_data["answer"]
        papers, fee = form.new_papers, form.fee_fen
        claim_resubmit(claim_id=claim.pk, answer=answer, papers=papers, fee_fen=fee, actor=actor, at=at)

    told = {"marks": marks_of(claim, list(claim.events.all()))}
    return _act(request, place, "correct", form, act=send, done=_("补好了，已重新提交。"), told=told)


def account_answer(request: HttpRequest, place: Place) -> HttpResponse:
    """Another account after the bank sent the money back."""
    form = AccountForm(request.POST if request.method == "POST" else None)

    def repair(actor: User, at: datetime) -> None:
        claim_account_repair(claim_id=place.claim.pk, account=form.cleaned_data["account"], actor=actor, at=at)

    bounces = place.claim.events.filter(action="bounce").order_by("-pk")
    told = {"reason": bounces.values_list("reason", flat=True).first() or ""}
    return _act(request, place, "repair", form, act=repair, done=_("账户已更正，会重新拨款。"), told=told)


def appeal_answer(request: HttpRequest, place: Place) -> HttpResponse:
    """She asks that a refusal be looked at again."""
    form = AppealForm(request.POST if request.method == "POST" else None, request.FILES or None)

    def appeal(actor: User, at: datetime) -> None:
        appeal_make(claim_id=place.claim.pk, actor=actor, at=at, **form.cleaned_data)

    done = _("申诉已收到，由没有办过这件事的工作人员答复。")
    return _act(request, place, "appeal", form, act=appeal, done=done, told={})


def withdraw_answer(request: HttpRequest, place: Place) -> HttpResponse:
    """She takes a claim back."""
    try:
        claim_withdraw(claim_id=place.claim.pk, actor=user_of(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤回。期限没过的，可以重新申领。"))
    return redirect(place.back)


def _act(
    request: HttpRequest,
    place: Place,
    name: str,
    form: RefusableForm,
    *,
    act: Callable[[User, datetime], None],
    done: str,
    told: dict[str, Any],
) -> HttpResponse:
    """A form about a claim: done and back again, or shown with what was refused. Nothing to do there leads back."""
    if not claim_acts(place.claim)[f"may_{name}"]:
        return redirect(place.back)
    if request.method == "POST" and form.is_valid():
        try:
            act(user_of(request), timezone.now())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done)
            return redirect(place.back)
    context = (
        claim_shown(place.claim, on=timezone.localdate(), with_account=place.kind != "employer")
        | told
        | {"form": form, "back": place.back}
    )
    return render(request, place.template(name), context, status=422 if form.errors else 200)
