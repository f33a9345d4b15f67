"""The employer's desk: the programmes, filing for a worker, her agreement, her months, her leaving."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certifications.verification.limits import person_asked_for
from foundation.errors import DomainError
from foundation.policy.engine import words
from foundation.requests import doing
from subsidies.awards.forms import FilingForm, LeftForm, PaperForm, StatementForm
from subsidies.awards.models import AwardFiling
from subsidies.awards.pages import employer_of, filing_or_404, form_page
from subsidies.awards.selectors import programmes
from subsidies.awards.services import (
    filing_change,
    filing_draft,
    filing_left,
    filing_send,
    filing_withdraw,
    mandate_ask,
    mandate_record,
    service_state,
)
from subsidies.awards.states import FILERS
from workers.forms import posted


@never_cache
@require_safe
def award_programmes(request: HttpRequest) -> HttpResponse:
    """Every programme: what each grade brings, in how many parts, and whether it can be filed for today."""
    rows = [
        {
            "programme": one,
            "amounts": [(words(f"value.{grade}"), figure) for grade, figure in one.amounts],
            "is_verified": all(figure.verified for _grade, figure in one.amounts),
            "source": "、".join(
                dict.fromkeys(f"{one.scheme.document} {figure.article}".strip() for _grade, figure in one.amounts)
            ),
        }
        for one in programmes(on=timezone.localdate())
    ]
    may_file = bool(FILERS & request.roles)  # type: ignore[attr-defined]
    return render(request, "awards/programmes.html", {"rows": rows, "may_file": may_file})


@never_cache
def filing_new(request: HttpRequest, scheme: int) -> HttpResponse:
    """A filing for one worker: her name and number, grade, certificate, post, since when."""
    employer = employer_of(request)
    programme = next((one for one in programmes(on=timezone.localdate()) if one.scheme.pk == scheme), None)
    if programme is None:
        raise Http404
    form = FilingForm(posted(request), programme=programme)

    def act(values: dict[str, Any]) -> HttpResponse:
        with person_asked_for(employer.pk):
            filing = filing_draft(
                employer_id=employer.pk,
                name=values["name"],
                id_number=values["id_number"],
                entry=form.entry(),
                **doing(request),
            )
        return redirect("award_filing", filing.pk)

    return form_page(
        request, form, act,
        title=_("申报：%(name)s") % {"name": programme.scheme.name}, label=_("保存"), done="",
        back=reverse("award_programmes"),
        text=_("保存以后，先征求她本人同意，再提交。钱直接打到她自己的卡上，单位看不到账号。"),
    )  # fmt: skip


@never_cache
def filing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft or a returned filing right."""
    filing = filing_or_404(request, pk)
    programme = next((one for one in programmes(on=timezone.localdate()) if one.scheme.pk == filing.scheme_id), None)
    if programme is None:
        raise Http404
    names = ("grade", "certificate_number", "post", "started_on")
    form = FilingForm(
        posted(request), programme=programme, with_person=False, initial={name: getattr(filing, name) for name in names}
    )

    def act(_values: dict[str, Any]) -> None:
        filing_change(filing_id=filing.pk, entry=form.entry(), **doing(request))

    return form_page(
        request, form, act,
        title=_("修改申报 %(number)s") % {"number": filing.number}, label=_("保存"), done=_("已保存。"),
        back=reverse("award_filing", args=[pk]),
    )  # fmt: skip


@never_cache
@require_POST
def filing_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask her, send, or take back: one button each."""
    filing = filing_or_404(request, pk)
    try:
        if step == "ask":
            sent = mandate_ask(filing_id=filing.pk, **doing(request))
            _told(request, sent)
        elif step == "send":
            filing_send(filing_id=filing.pk, **doing(request))
            messages.success(request, _("已提交，等受理人员核对。"))
        elif step == "withdraw":
            filing_withdraw(filing_id=filing.pk, **doing(request))
            messages.success(request, _("已撤回。"))
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("award_filing", pk)


def _told(request: HttpRequest, sent: bool) -> None:
    if sent:
        messages.success(request, _("短信已发，她登录平台就能答复。"))
    else:
        messages.info(request, _("她已经答复过，或者今天问过了，没有再发短信。"))


@never_cache
def filing_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper she signed, instead of an answer by phone."""
    filing = filing_or_404(request, pk)
    form = PaperForm(posted(request), request.FILES or None)

    def act(values: dict[str, Any]) -> None:
        mandate_record(filing_id=filing.pk, paper=values["paper"], **doing(request))

    return form_page(
        request, form, act,
        title=_("登记书面委托"), label=_("保存"), done=_("已登记，平台会发短信告诉她，她可以撤回。"),
        back=reverse("award_filing", args=[pk]),
    )  # fmt: skip


@never_cache
def filing_leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """Her last day: what is not full by then is lost, and that is said before."""
    filing = filing_or_404(request, pk)
    form = LeftForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        filing_left(filing_id=filing.pk, left_on=values["left_on"], **doing(request))

    return form_page(
        request, form, act,
        title=_("登记离职：%(name)s") % {"name": filing.worker.masked_name}, label=_("登记离职"), done=_("已登记。"),
        back=reverse("award_filing", args=[pk]),
        text=_("登记以后不能改回。到离职那天已经满年的照发；没有满年的，以后不再发放。"),
    )  # fmt: skip


@never_cache
def filing_service(request: HttpRequest, pk: int) -> HttpResponse:
    """Months that are not in the insurance records."""
    filing: AwardFiling = filing_or_404(request, pk)
    form = StatementForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        service_state(filing_id=filing.pk, **values, **doing(request))

    return form_page(
        request, form, act,
        title=_("填报在岗月份：%(name)s") % {"name": filing.worker.masked_name}, label=_("提交"),
        done=_("已提交，受理人员对照凭据核对以后计入。"),
        back=reverse("award_filing", args=[pk]),
        text=_("本单位给她缴了社保的月份会自动计入，不用填。只填没有缴社保记录、人确实在岗的月份。"),
    )  # fmt: skip
