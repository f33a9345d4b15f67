"""What certificates tell the floors above."""

from django.dispatch import Signal

# Sent inside the transaction, after the certificate, its event and her skill record are written, whenever a certificate
# stops or begins to count:
#   certificate: TrainingCertificate | LevelCertificate | PriorCertificate (in its new state), is_valid: bool,
#   reason: str, actor: User, at: datetime
# A receiver that raises undoes the move.
certificate_moved = Signal()

# Sent in the same place when a certificate that counts says something else from now on, under the same number:
#   certificate: LevelCertificate (as corrected), places: list[str] (of the paper),
#   reason: str, actor: User, at: datetime
certificate_corrected = Signal()
