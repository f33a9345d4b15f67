"""The rules of plans and filing, over plain facts: nothing here reads the database or the clock."""

from courses.classes.rules.slots import Slot, clashes, overlap

__all__ = ["Slot", "clashes", "overlap"]
