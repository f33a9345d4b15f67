"""What the floors above may have to say before a plan moves."""

from django.dispatch import Signal

# Sent by ``plan_move`` under the plan's lock, with ``plan``, ``action`` and ``is_keeper``, before anything has changed.
# A receiver that raises ``PlanError`` stops the move.
plan_moving = Signal()
