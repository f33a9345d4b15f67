"""我的考试: a worker's own assessments, where and when, what to bring, and her ticket."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certifications.plans.models import Candidate
from certifications.plans.pages import PDF, download
from certifications.plans.printing import office_phone, place_word, subject_of, tickets_paper
from certifications.plans.selectors import exams_of, ticket_of
from certifications.plans.states import TONES, CandidateState, PlanState
from foundation.requests import user_of
from workers.selectors import proven_worker_of


def _exam_or_404(request: HttpRequest, pk: int) -> Candidate:
    """Her own; another's does not exist for her."""
    worker = proven_worker_of(user_of(request))
    if worker is None:
        raise Http404
    return get_object_or_404(exams_of(worker), pk=pk)


def standing_of(exam: Candidate) -> tuple[str, str]:
    """Where her assessment stands, in her words, with its tone."""
    if exam.state != CandidateState.ADMITTED:
        return str(exam.get_state_display()), "stopped"
    words = {
        PlanState.DRAFT: _("等通知"),
        PlanState.OPEN: _("等通知"),
        PlanState.ARRANGED: _("可以看准考证"),
        PlanState.HELD: _("考完了，等成绩"),
        PlanState.PUBLISHED: _("成绩出来了"),
        PlanState.FINAL: _("成绩出来了"),
        PlanState.CANCELLED: _("考试取消了"),
    }
    return words[PlanState(exam.plan.state)], TONES[exam.plan.state]


@never_cache
@require_safe
def exams(request: HttpRequest) -> HttpResponse:
    """All her assessments, the newest first."""
    worker = proven_worker_of(user_of(request))
    rows = []
    for exam in exams_of(worker) if worker else []:
        label, tone = standing_of(exam)
        ticket = ticket_of(exam)
        rows.append({"exam": exam, "label": label, "tone": tone, "first": ticket.seats[0] if ticket else None})
    return render(request, "plans/exams.html", {"rows": rows})


@never_cache
@require_safe
def exam(request: HttpRequest, pk: int) -> HttpResponse:
    """One: where to go, when, what to bring."""
    found = _exam_or_404(request, pk)
    plan = found.plan
    label, tone = standing_of(found)
    ticket = ticket_of(found)
    cancelled = plan.events.filter(action="cancel").order_by("-at").first()
    context = {
        "exam": found,
        "plan": plan,
        "subject": subject_of(plan),
        "label": label,
        "tone": tone,
        "ticket": ticket,
        "seats": [(seat, place_word(seat.part.kind)) for seat in ticket.seats] if ticket else [],
        "notice": [line for line in plan.notice.splitlines() if line.strip()],
        "phone": office_phone(plan),
        "cancelled": cancelled,
        "is_ahead": plan.state == PlanState.ARRANGED,
        "today": timezone.localdate(),
    }
    return render(request, "plans/exam.html", context)


@never_cache
@require_safe
def ticket_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Her ticket as a file: her own name in full."""
    found = _exam_or_404(request, pk)
    ticket = ticket_of(found)
    if ticket is None:
        raise Http404
    paper = tickets_paper([ticket], names={found.worker_id: found.worker.name})
    answer: HttpResponse = download(paper, f"{_('准考证')} {found.ticket_number}.pdf", PDF, inline=True)
    return answer
