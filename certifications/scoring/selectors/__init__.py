"""What is on record of scores and results, from what the viewer may see."""

from certifications.scoring.selectors.results import (
    final_level_result_of,
    final_results,
    final_results_of,
    public_result_of,
    result_in_force,
    results_in_force,
    results_of_worker,
    scores_in_force,
    to_resit,
)

__all__ = [
    "final_level_result_of",
    "final_results",
    "final_results_of",
    "public_result_of",
    "result_in_force",
    "results_in_force",
    "results_of_worker",
    "scores_in_force",
    "to_resit",
]
