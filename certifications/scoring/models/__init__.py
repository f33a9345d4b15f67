"""Scores, results, and what is asked about them."""

from certifications.scoring.models.scores import PartScore, Result

__all__ = ["PartScore", "Result"]
