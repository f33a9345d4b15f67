"""What tells one index key from another."""

from foundation.crypto.cipher import blind_index


def key_mark() -> bytes:
    """The index of a text that is nobody's number: lists that carry today's were made under today's key."""
    return blind_index("id_number", "registers:key")
