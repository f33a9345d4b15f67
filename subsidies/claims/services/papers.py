"""Papers a claim comes with, where the platform has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files import File
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim, ClaimPaper
from workers.errors import WorkerError
from workers.files import evidence_checked


@dataclass(frozen=True)
class NewPaper:
    """A paper handed in: what it is called in the scheme, and the file."""

    title: str
    file: File[bytes]


def papers_keep(claim: Claim, papers: Sequence[NewPaper], *, actor: User, at: datetime) -> list[ClaimPaper]:
    """Keep the papers of a claim; a newer paper of a title takes the place of the older, which stays on record.

    ``ClaimError`` for a file that is neither a picture nor a plain PDF, and for a paper the scheme does not ask for.
    """
    asked = set(claim.scheme.papers.values_list("title", flat=True))
    kept = []
    for paper in papers:
        if paper.title not in asked:
            raise ClaimError("paper_unknown", _("这项补贴不要求“%(title)s”。") % {"title": paper.title})
        try:
            clean = evidence_checked(paper.file, folder="claims/papers")
        except WorkerError as refusal:
            raise ClaimError(
                refusal.code, _("“%(title)s”：%(why)s") % {"title": paper.title, "why": refusal.message}
            ) from refusal
        ClaimPaper.objects.filter(claim=claim, title=paper.title, is_current=True).update(is_current=False)
        kept.append(ClaimPaper.objects.create(claim=claim, title=paper.title, file=clean, uploaded_by=actor, at=at))
    return kept


def papers_missing(claim: Claim) -> list[str]:
    """The titles of required papers that neither the platform has nor the claim came with."""
    asked = claim.scheme.papers.filter(is_on_file=False, is_required=True).values_list("title", flat=True)
    given = set(ClaimPaper.objects.filter(claim=claim, is_current=True).values_list("title", flat=True))
    return [title for title in asked if title not in given]
