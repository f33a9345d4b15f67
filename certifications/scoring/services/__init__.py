"""What is done with scores and results. Import from here."""

from certifications.scoring.services.appeals import appeal_answer, appeal_make
from certifications.scoring.services.panels import panel_close, panel_rule
from certifications.scoring.services.ratings import RatingEntry, rating_submit, room_confirm
from certifications.scoring.services.resits import resit_prepare
from certifications.scoring.services.results import (
    results_finalise,
    results_judge,
    results_publish,
    results_reopen,
    table_record,
)
from certifications.scoring.services.scores import ScoreEntry, score_enter, score_remark, score_void, scores_enter
from certifications.scoring.services.sheets import sheet_save

__all__ = [
    "RatingEntry",
    "ScoreEntry",
    "appeal_answer",
    "appeal_make",
    "panel_close",
    "panel_rule",
    "rating_submit",
    "resit_prepare",
    "results_finalise",
    "results_judge",
    "results_publish",
    "results_reopen",
    "room_confirm",
    "score_enter",
    "score_remark",
    "score_void",
    "scores_enter",
    "sheet_save",
    "table_record",
]
