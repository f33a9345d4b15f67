"""The rules of plans, over plain facts: nothing here reads the database or the clock."""

from certifications.plans.rules.facts import Check, PartFact, PlanFacts, RoomFact
from certifications.plans.rules.seating import Hall, Seating, seats_given

__all__ = ["Check", "Hall", "PartFact", "PlanFacts", "RoomFact", "Seating", "seats_given"]
