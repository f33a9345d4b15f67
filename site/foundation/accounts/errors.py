from foundation.errors import DomainError


class AccountsError(DomainError):
    """An account, a membership or a code cannot be had; the code and the sentence say why."""
