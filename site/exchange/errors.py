from foundation.errors import DomainError


class ExchangeError(DomainError):
    """An inbound call cannot be accepted or handled; the code and the sentence say why."""
