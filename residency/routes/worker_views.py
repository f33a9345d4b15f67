"""落户自测: her city's routes line by line, the questions no file answers, and what she asked to keep."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.requests import user_of
from residency.routes.forms import AnswerForm, asking_of
from residency.routes.rules.changes import facts_of
from residency.routes.rules.estimating import from_json
from residency.routes.rules.facts import FACTS, SECOND, Applicant
from residency.routes.rules.packs import OUTCOMES, Outcome
from residency.routes.selectors import Known, PackEstimates, known_of, saved_of
from residency.routes.selectors.estimates import asked_by, estimates_of, still_open
from residency.routes.services import answers_forget, answers_save, estimate_forget, estimate_save
from residency.routes.shown import TONES, estimate_shown, fact_label, fact_text
from workers.models import Worker
from workers.selectors import proven_worker_of

# The questions in the order they are asked, one group a page.
GROUPS: dict[str, tuple[Any, frozenset[str]]] = {
    "skills": (
        gettext_lazy("证书和学历"),
        frozenset({"birth_on", "education", "certificates", "training", "study", "shortage_major"}),
    ),
    "work": (
        gettext_lazy("工作"),
        frozenset(
            {"jobs", "contracts", "registrations", "has_contract", "has_licence", "special_service", "is_retired"}
            | {"post_occupation", "employer_years", "both_working", "lives_where_works"}
        ),
    ),
    "insurance": (
        gettext_lazy("社会保险"),
        frozenset({"pension", "medical", "unemployment", "injury", "maternity"}),
    ),
    "living": (
        gettext_lazy("居住"),
        frozenset(
            {"permit", "residence", "homes", "has_permit", "has_home", "owns_home", "owns_most_of_home"}
            | {"home_town_class", "place_applied", "place_lived", "spouse_local"}
        ),
    ),
    "others": (gettext_lazy("其他情况"), frozenset()),
}


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every route of her city with today's answer, what is still to ask, and what she kept."""
    worker = proven_worker_of(user_of(request))
    if worker is None:
        return redirect("my_home")
    known, packs = _now(worker)
    asked = asked_by(packs, known)
    context = {
        "packs": [(one, [(made, TONES[_outcome(made)]) for made in one.estimates]) for one in packs],
        "city": packs[0].pack.city_name if packs else "",
        "open": len(still_open(asked, known)),
        "asked": len(asked),
        "known": known,
        "kept": [(row, _label(row), TONES[_outcome(row)]) for row in saved_of(worker)],
    }
    return render(request, "routes/home.html", context)


@never_cache
@require_safe
def route(request: HttpRequest, pack: int, route: str) -> HttpResponse:
    """One route, line by line: what counts, what is missing, what would change it and when."""
    worker = _worker(request)
    known, packs = _now(worker)
    found, made = _route(packs, pack, route)
    chosen = found.pack.route(route)
    used = [name for name in FACTS if name in facts_of(chosen) and name in known.applicant]
    ask = asked_by([found], known)
    context = {
        "found": found,
        "route": chosen,
        "shown": estimate_shown(made),
        "facts": [(fact_label(name), fact_text(name, known.applicant[name]), known.source_of(name)) for name in used],
        "unsure": [fact_label(name) for name in made.missing if name in known.answers.unsure],
        "ask_url": _ask_url(name for name in made.missing if name in ask),
        "known": known,
    }
    return render(request, "routes/route.html", context)


@never_cache
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """To the first group with an open question, else to the first group that has any."""
    known, packs = _now(_worker(request))
    asked = asked_by(packs, known)
    names = still_open(asked, known) or asked
    return redirect(_ask_url(names) or "my_residency")


@never_cache
def group(request: HttpRequest, group: str) -> HttpResponse:
    """One group of questions. Whatever is left empty stays open; a row more is asked for without losing a word."""
    worker, today = _worker(request), timezone.localdate()
    known, packs = _now(worker)
    asked = asked_by(packs, known)
    names = [name for name in asked if group_of(name) == group]
    if not names:
        return redirect("my_residency")
    routes = [one for found in packs for one in found.pack.routes]
    more = request.POST.get("more", "")
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(
        posted, asking=asking_of(routes, names), known=known.answers.facts, unsure=known.answers.unsure, on=today,
        more=more,
    )  # fmt: skip
    if request.method == "POST" and not more and form.is_valid():
        after = known.answers.with_given(Applicant(form.given), form.unsure, names)
        answers_save(worker=worker, answers=after.facts, unsure=after.unsure, actor=user_of(request), at=timezone.now())
        return _onward(group, asked)
    here = [one for one in GROUPS if any(group_of(name) == one for name in asked)]
    context = {
        "form": form,
        "title": GROUPS[group][0],
        "step": here.index(group) + 1,
        "steps": len(here),
        "more": more,
    }
    is_refused = request.method == "POST" and not more
    return render(request, "routes/questions.html", context, status=422 if is_refused else 200)


@never_cache
def answers(request: HttpRequest) -> HttpResponse:
    """What she answered; to change, or to delete one by one or all at once."""
    worker = _worker(request)
    known, _packs = _now(worker)
    if request.method == "POST":
        name = request.POST.get("name", "")
        if name:
            left = known.answers.with_given(Applicant(), (), [name])
            answers_save(
                worker=worker, answers=left.facts, unsure=left.unsure, actor=user_of(request), at=timezone.now()
            )
            messages.success(request, _("这条回答已删除。"))
            return redirect("my_residency_answers")
        answers_forget(worker=worker, actor=user_of(request))
        messages.success(request, _("您的回答已全部删除。"))
        return redirect("my_residency")
    said = known.answers
    rows = [(name, fact_label(name), fact_text(name, said.facts[name])) for name in FACTS if name in said.facts]
    rows += [(name, fact_label(name), _("不清楚")) for name in FACTS if name in said.unsure]
    shown = [(name, label, text, _ask_url([name])) for name, label, text in rows]
    return render(request, "routes/answers.html", {"rows": shown})


@never_cache
@require_POST
def keep(request: HttpRequest, pack: int, route: str) -> HttpResponse:
    """Keep today's estimate of a route."""
    worker = _worker(request)
    _known, packs = _now(worker)
    found, made = _route(packs, pack, route)
    row = estimate_save(worker=worker, pack=found.row, estimate=made, actor=user_of(request), at=timezone.now())
    messages.success(request, _("这次自测已保存，只有您自己能看到。"))
    return redirect("my_residency_kept", row.pk)


@never_cache
@require_safe
def kept(request: HttpRequest, pk: int) -> HttpResponse:
    """An estimate she kept, as it was that day."""
    row = get_object_or_404(saved_of(_worker(request)), pk=pk)
    made = from_json(row.content)
    facts = [(fact_label(name), fact_text(name, made.facts[name]), "") for name in FACTS if name in made.facts]
    context = {"row": row, "shown": estimate_shown(made), "facts": facts}
    return render(request, "routes/kept.html", context)


@never_cache
@require_POST
def kept_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an estimate she kept, for good."""
    worker = _worker(request)
    estimate_forget(worker=worker, estimate_id=pk, actor=user_of(request))
    messages.success(request, _("保存的自测已删除。"))
    return redirect("my_residency")


def group_of(name: str) -> str:
    """The group of questions a fact is asked in; a second applicant's with the same of her own."""
    own = name.removeprefix(SECOND)
    return next((group for group, (_title, names) in GROUPS.items() if own in names), "others")


def _now(worker: Worker) -> tuple[Known, list[PackEstimates]]:
    today = timezone.localdate()
    known = known_of(worker, on=today)
    return known, estimates_of(known.applicant, on=today)


def _worker(request: HttpRequest) -> Worker:
    worker = proven_worker_of(user_of(request))
    if worker is None:
        raise Http404
    return worker


def _route(packs: list[PackEstimates], pk: int, code: str) -> tuple[PackEstimates, Any]:
    found = next((one for one in packs if one.row.pk == pk), None)
    made = found.of(code) if found else None
    if found is None or made is None:
        raise Http404
    return found, made


def _onward(group: str, asked: Iterable[str]) -> HttpResponse:
    """To the next group, after the last to the answer."""
    names = list(GROUPS)
    later = [one for one in names[names.index(group) + 1 :] if any(group_of(name) == one for name in asked)]
    return redirect("my_residency_group", later[0]) if later else redirect("my_residency")


def _ask_url(names: Iterable[str]) -> str:
    wanted = {group_of(name) for name in names}
    first = next((one for one in GROUPS if one in wanted), None)
    return reverse("my_residency_group", args=[first]) if first else ""


def _outcome(made: Any) -> Any:
    return Outcome(made.outcome)


def _label(row: Any) -> str:
    return str(OUTCOMES[row.outcome])
