"""What a service raises when it must refuse: a code for machines, a sentence for people."""


class DomainError(Exception):
    """A refusal: what happened, why, and what to do next.

    ``code`` is stable and never translated; ``message`` is translated when the error is raised, because a lazy text
    would come out in the language of whoever prints it later.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = str(message)

    def __str__(self) -> str:
        return self.message
