"""What the pages show of a certificate."""

from typing import Any

from django.template.loader import get_template
from django.urls import reverse

from certifications.certificates.selectors import check_code
from certifications.certificates.states import CertificateState
from certifications.verification.comparison import Comparison
from certifications.verification.printed import rows_of
from certifications.verification.selectors import Recorded, decision_on
from certifications.verification.states import ABOUT, STANDINGS, Kind


def address_of(recorded: Recorded) -> str:
    """The page of a certificate that carries a code."""
    return reverse("certificate_check", args=[recorded.number, recorded.code])


def certificate_content(recorded: Recorded, *, with_photo: bool) -> str:
    """The result of a check as safe HTML. The photo only for whoever gave the code: it stands on the paper."""
    context = {
        "title": recorded.kind.label,
        "state": CertificateState(recorded.state).label,
        "standing": STANDINGS[recorded.state],
        "decision": decision_on(recorded),
        "about": ABOUT[recorded.kind],
        "is_level": recorded.kind == Kind.LEVEL,
        "rows": rows_of(recorded.kind, recorded.number, recorded.values),
        "photo": f"{address_of(recorded)}photo/" if with_photo and recorded.photo else "",
        **successor(recorded),
    }
    return get_template("verification/_certificate.html").render(context)


def comparison_context(comparison: Comparison) -> dict[str, Any]:
    """What the page of a compared file shows beside the verdict: how the certificate stands today."""
    recorded = comparison.recorded
    if recorded is None:
        return {"comparison": comparison}
    return {"comparison": comparison, "decision": decision_on(recorded), **successor(recorded)}


def successor(recorded: Recorded) -> dict[str, Any]:
    """The certificate that came in the place of this one, and its page."""
    number = recorded.replaced_by
    if not number:
        return {}
    return {"successor": number, "successor_url": reverse("certificate_check", args=[number, check_code(number)])}
