"""Text messages to candidates: where to come, and that they need not come."""

import hashlib

from django.utils import timezone

from certifications.plans.models import AssessmentPlan, Candidate
from certifications.plans.selectors import Ticket, candidates_of, tickets_of
from certifications.plans.texts import PLAN_CANCELLED, TICKET_READY
from foundation.sms.services import NewSms, sms_send, sms_send_many


def candidates_tell_tickets(plan: AssessmentPlan) -> None:
    """Tell everybody when and where; the same place is told once, a changed one again."""
    sms_send_many([_ticket(ticket) for ticket in tickets_of(plan) if ticket.candidate.worker.phone])


def _ticket(ticket: Ticket) -> NewSms:
    one, first = ticket.candidate, ticket.seats[0]
    context: dict[str, object] = {
        "when": timezone.localtime(first.part.starts_at).strftime("%m月%d日 %H:%M"),
        "place": f"{first.room.address} {first.room.name}",
        "ticket": one.ticket_number,
    }
    key = f"plan-ticket:{one.pk}:{_digest(ticket)}"
    return NewSms(phone=one.worker.phone, template=TICKET_READY, context=context, dedupe_key=key)


def candidates_tell_cancelled(plan: AssessmentPlan, *, reason: str) -> None:
    for one in candidates_of(plan):
        if one.worker.phone:
            _tell_cancelled(plan, one, reason)


def _tell_cancelled(plan: AssessmentPlan, candidate: Candidate, reason: str) -> None:
    context: dict[str, object] = {"plan": plan.title, "reason": reason, "organiser": plan.organisation.name}
    sms_send(
        phone=candidate.worker.phone,
        template=PLAN_CANCELLED,
        context=context,
        dedupe_key=f"plan-cancelled:{candidate.pk}",
    )


def _digest(ticket: Ticket) -> str:
    """What the message tells; another time or place makes another message."""
    told = [[str(seat.part.starts_at), seat.room.name, seat.room.address, seat.number] for seat in ticket.seats]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
