"""A notice as a file to be printed and hung up: the same masked lines as on the page."""

from hashlib import sha256

from django.core.cache import cache

from certifications.papers.simple import simple_paper
from subsidies.notices.models import PublicNotice
from subsidies.notices.selectors import lines_of, totals_of

KEPT_SECONDS = 3600


def notice_paper(notice: PublicNotice) -> bytes:
    """The PDF; drawn once for each state of the lines, for it takes seconds and anybody may ask."""
    lines = list(lines_of(notice))
    standing = "".join("1" if line.is_standing else "0" for line in lines)  # type: ignore[attr-defined]
    key = f"notice-paper:{notice.pk}:{notice.ends_on}:{notice.state}:{sha256(standing.encode()).hexdigest()[:32]}"
    known: bytes | None = cache.get(key)
    if known is None:
        context = {"notice": notice, "lines": lines, "totals": totals_of(notice)}
        known = simple_paper("notices/paper.html", context)
        cache.set(key, known, KEPT_SECONDS)
    return known
