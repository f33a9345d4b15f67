"""What courses tell whoever wants to know, in the transaction in which it happens."""

from django.dispatch import Signal

# A revision of a course is about to go live, whichever way. Sent with ``revision``; a receiver that raises stops it.
course_publishing = Signal()
