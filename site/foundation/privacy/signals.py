"""What the floors above may want to know."""

from django.dispatch import Signal

# Sent inside the transaction with ``consent``: whoever passed data on under it stops, or the withdrawal fails.
consent_withdrawn = Signal()
