"""What the person's file tells the floors above it."""

from django.dispatch import Signal

# Sent inside the transaction, after the worker and its events are written:
#   worker: Worker, name_changed: bool, id_number_changed: bool, actor: User | None, at: datetime
# A receiver that raises undoes the correction, so a certificate is never left behind under an old name by accident.
worker_identity_corrected = Signal()

# Sent inside the transaction, after lines of skill records and their events are written, opened, changed or moved:
#   lines: list[SkillRecordEntry], actor: User | None, at: datetime
skill_lines_changed = Signal()
