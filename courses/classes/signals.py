"""What class runs tell the floors above and the enrolment beside them."""

from django.dispatch import Signal

# Sent inside the transaction, after the move, its event and its audit record are written:
#   class_run: ClassRun (in its new state), action: str, actor: User | None, reason: str, at: datetime
# A receiver that raises undoes the move. Enrolment ends and tells everybody enrolled when the action is "cancel".
class_run_moved = Signal()
# Sent inside the transaction, after a session of a filed class run was changed:
#   session: Session, changes: list[dict] (field, label, before, after), actor: User, reason: str, at: datetime
session_changed = Signal()
