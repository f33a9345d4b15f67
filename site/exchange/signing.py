"""How calls in either direction prove who sent them: HMAC-SHA256 over time, address and body."""

import hashlib
import hmac

TIMESTAMP_HEADER = "X-Qiaoshou-Timestamp"
SIGNATURE_HEADER = "X-Qiaoshou-Signature"
# Clocks differ a little; an older call is a recording.
WINDOW_SECONDS = 300


def signature(key: str, *, timestamp: str, path: str, body: bytes) -> str:
    """The signature of a POST. The path is part of it, so that a call cannot be played to another address."""
    signed = f"{timestamp}\nPOST\n{path}\n".encode() + body
    return "sha256=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def is_genuine(key: str, *, timestamp: str, path: str, body: bytes, given: str, now: float) -> bool:
    """Whether the call was signed with the key just now. Without a key nothing is genuine."""
    if not key or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        return False
    expected = signature(key, timestamp=timestamp, path=path, body=body)
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
