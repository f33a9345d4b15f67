"""What the outbox tells the floors above it."""

from django.dispatch import Signal

# Sent with ``message`` when a message died: refused, or tried too often. In the transaction that records it.
message_died = Signal()
