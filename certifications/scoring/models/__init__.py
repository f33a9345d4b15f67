"""Scores, results, and what is asked about them."""

from certifications.scoring.models.appeals import AppealEvent, ScoreAppeal
from certifications.scoring.models.ratings import (
    ItemMark,
    PanelRuling,
    Rating,
    RatingItem,
    RatingSheet,
    RoomConfirmation,
)
from certifications.scoring.models.scores import PartScore, Result

__all__ = [
    "AppealEvent",
    "ItemMark",
    "PanelRuling",
    "PartScore",
    "Rating",
    "RatingItem",
    "RatingSheet",
    "Result",
    "RoomConfirmation",
    "ScoreAppeal",
]
