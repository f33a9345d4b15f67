"""What the pages show of a certificate."""

from typing import Any

from django.template.loader import get_template
from django.urls import reverse

from certifications.certificates.states import CertificateState
from certifications.verification.comparison import Comparison
from certifications.verification.frame import Content, mark
from certifications.verification.printed import LABELS, printed_values
from certifications.verification.selectors import Decision, Recorded, decision_on
from certifications.verification.states import ABOUT, STANDINGS, Kind


def address_of(recorded: Recorded) -> str:
    """The page of a certificate that carries a code."""
    return reverse("certificate_check", args=[recorded.number, recorded.code])


def certificate_content(recorded: Recorded, *, with_photo: bool) -> Content:
    """The result of a check. The photo only for whoever gave the code: it stands on the paper."""
    printed = printed_values(recorded.kind, recorded.number, recorded.values)
    has_photo = with_photo and bool(recorded.photo)
    decision = decision_on(recorded)
    values = {**printed, **successor(recorded)} | ({"photo": f"{address_of(recorded)}photo/"} if has_photo else {})
    return Content(
        draw=lambda: _drawn(recorded, places=list(printed), shown=set(values), decision=decision),
        values=values,
        # What was decided belongs to this certificate alone: not kept.
        shape=(recorded.kind, recorded.state, *values) if decision is None else None,
    )


def _drawn(recorded: Recorded, *, places: list[str], shown: set[str], decision: Decision | None) -> str:
    labels = LABELS[recorded.kind]
    marks = {name: mark(name) for name in ("photo", "successor") if name in shown}
    context = {
        "title": recorded.kind.label,
        "state": CertificateState(recorded.state).label,
        "standing": STANDINGS[recorded.state],
        "decision": decision,
        "about": ABOUT[recorded.kind],
        "is_level": recorded.kind == Kind.LEVEL,
        "rows": [(labels[place], mark(place)) for place in places],
    }
    return str(get_template("verification/_certificate.html").render(context | marks))


def comparison_context(comparison: Comparison) -> dict[str, Any]:
    """What the page of a compared file shows beside the verdict: how the certificate stands today."""
    recorded = comparison.recorded
    if recorded is None:
        return {"comparison": comparison}
    return {"comparison": comparison, "decision": decision_on(recorded), **successor(recorded)}


def successor(recorded: Recorded) -> dict[str, str]:
    """The certificate that came in the place of this one, by its number: its code stands on its own paper."""
    number = recorded.replaced_by
    if not number:
        return {}
    return {"successor": number}
