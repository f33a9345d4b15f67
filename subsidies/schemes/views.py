"""Public pages: which subsidies there are, what each of them says, and "Can I get this?"."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from subsidies.schemes.answering import answers_shown
from subsidies.schemes.forms import QuestionForm
from subsidies.schemes.pages import city
from subsidies.schemes.selectors import published, schemes_shown
from subsidies.schemes.sheets import history_of, law_is_verified, sheet_of

# Which questions stand together on the page.
SECTIONS = (
    ("certificate", ("kind", "level", "occupation", "issued_on")),
    ("person", ("age", "registered", "pension", "payroll", "student", "groups")),
    ("before", ("times", "before", "months", "benefit")),
)


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """补贴项目一览： every scheme of the city, those that ended too."""
    on = timezone.localdate()
    sheets = [sheet_of(scheme, on=on, with_steps=False) for scheme in schemes_shown(city=city(), on=on)]
    context = {
        "real": [sheet for sheet in sheets if not sheet.scheme.is_demonstration],
        "demonstrations": [sheet for sheet in sheets if sheet.scheme.is_demonstration],
    }
    return render(request, "schemes/public_list.html", context)


@require_safe
def scheme(request: HttpRequest, code: str) -> HttpResponse:
    """One scheme: who, how much, with what, by when, by which article, and what it was before."""
    on = timezone.localdate()
    shown = {one.code: one for one in schemes_shown(city=city(), on=on)}
    if code not in shown:
        raise Http404
    found = shown[code]
    context = {
        "scheme": found,
        "sheet": sheet_of(found, on=on),
        "papers": list(found.papers.all()),
        "history": history_of(found),
        "editions": published(city=city()).filter(code=code).order_by("-effective"),
        "is_verified": law_is_verified(found),
    }
    return render(request, "schemes/public.html", context)


@require_safe
def can_i(request: HttpRequest) -> HttpResponse:
    """我能领补贴吗： a few questions, the engine's own answers, nothing kept. The answers stand in the address only."""
    on = timezone.localdate()
    asked = "asked" in request.GET
    form = QuestionForm(request.GET if asked else None, on=on)
    answers = answers_shown(form.cleaned_data, city=city(), on=on) if asked and form.is_valid() else []
    context: dict[str, Any] = {
        "form": form,
        "sections": [(name, [form[field] for field in fields]) for name, fields in SECTIONS],
        "answers": [one for one in answers if not one.scheme.is_demonstration],
        "demonstrations": [one for one in answers if one.scheme.is_demonstration],
        "is_answered": bool(answers) or (asked and form.is_valid()),
        "today": on,
    }
    response = render(request, "schemes/can_i.html", context, status=422 if asked and not form.is_valid() else 200)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
