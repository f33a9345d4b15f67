"""What can be asked about plans. Import from here."""

from certifications.plans.selectors.checking import plan_checks, plan_facts, plan_problems
from certifications.plans.selectors.hours import Clash, candidates_elsewhere, judges_elsewhere
from certifications.plans.selectors.lists import (
    Ticket,
    candidates_of,
    classes_of,
    classes_to_test,
    duties_of_user,
    exams_of,
    is_in_own_assessment,
    parts_of,
    people_of_class,
    plan_runs_here,
    plans_listed,
    plans_open_to_applications,
    plans_visible_to,
    rooms_of,
    schools_of,
    ticket_of,
    tickets_of,
)
from certifications.plans.selectors.training import Trained, has_trained, trained_by

__all__ = [
    "Clash",
    "Ticket",
    "Trained",
    "candidates_elsewhere",
    "candidates_of",
    "classes_of",
    "classes_to_test",
    "duties_of_user",
    "exams_of",
    "has_trained",
    "is_in_own_assessment",
    "judges_elsewhere",
    "parts_of",
    "people_of_class",
    "plan_checks",
    "plan_facts",
    "plan_problems",
    "plan_runs_here",
    "plans_listed",
    "plans_open_to_applications",
    "plans_visible_to",
    "rooms_of",
    "schools_of",
    "ticket_of",
    "tickets_of",
    "trained_by",
]
