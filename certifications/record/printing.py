"""The record on paper: A4, in the look of the platform's other papers."""

from datetime import datetime

from django.utils import timezone

from certifications.papers.simple import simple_paper
from certifications.record.export import Holder
from certifications.record.pages import record_context
from certifications.record.rules.lines import SkillRecord


def record_paper(record: SkillRecord, *, holder: Holder, made_at: datetime) -> bytes:
    """The PDF of a record; a character that no bundled typeface has is refused by name (``PaperError``)."""
    context = record_context(record) | {"holder": holder, "made_at": timezone.localtime(made_at)}
    return simple_paper("record/paper.html", context)
