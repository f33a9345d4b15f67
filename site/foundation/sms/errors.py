from foundation.errors import DomainError


class SmsError(DomainError):
    """A text message cannot be handled; the code and the sentence say why."""
