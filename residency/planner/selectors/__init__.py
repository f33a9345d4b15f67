"""What the planner knows of a worker and of the city on a day."""

from residency.planner.selectors.plans import Plan, Step, plan_for

__all__ = ["Plan", "Step", "plan_for"]
