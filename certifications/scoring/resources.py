"""The score table of a plan as a file, masked, with nothing a spreadsheet would run."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from certifications.plans.models import AssessmentPlan
from certifications.scoring.selectors.tables import Row
from certifications.scoring.words import score_words
from courses.completion.sheets import csv_pieces, csv_text, text_row, xlsx_pieces


def table_pieces(plan: AssessmentPlan, rows: Sequence[Row], *, file_format: str) -> Iterator[bytes]:
    """The file piece by piece: everybody by ticket number with every part and the result."""
    lines = list(_lines(plan, rows))
    if file_format == "csv":
        return csv_pieces(",".join(csv_text(text) for text in line) for line in lines)
    return xlsx_pieces([(_("成绩"), (text_row(line) for line in lines))])


def _lines(plan: AssessmentPlan, rows: Sequence[Row]) -> Iterator[list[str]]:
    parts = [str(part) for part in plan.parts.order_by("starts_at", "pk")]
    yield [_("准考证号"), _("姓名"), *parts, _("结论"), _("说明")]
    for row in rows:
        marks = [score_words(score) if score else "" for score in row.cells]
        outcome = str(row.result.get_outcome_display()) if row.result else ""
        notes = [score.reason for score in row.cells if score is not None and score.reason]
        yield [row.candidate.ticket_number, row.candidate.worker.masked_name, *marks, outcome, "；".join(notes)]
