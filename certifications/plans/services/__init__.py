"""What is done with plans. Import from here."""

from certifications.plans.services.admitting import candidate_admit, candidate_end, candidates_from_class
from certifications.plans.services.arranging import Arrangement, LeftOver, plan_arrange, seats_clear
from certifications.plans.services.laying_out import (
    duty_assign,
    duty_end,
    part_remove,
    part_set,
    room_add,
    room_change,
    room_remove,
)
from certifications.plans.services.moving import plan_move
from certifications.plans.services.plans import plan_change, plan_create

__all__ = [
    "Arrangement",
    "LeftOver",
    "candidate_admit",
    "candidate_end",
    "candidates_from_class",
    "duty_assign",
    "duty_end",
    "part_remove",
    "part_set",
    "plan_arrange",
    "plan_change",
    "plan_create",
    "plan_move",
    "room_add",
    "room_change",
    "room_remove",
    "seats_clear",
]
