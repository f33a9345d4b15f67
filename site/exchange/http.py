"""The one way to call another system: signed, with a time limit, and with failures sorted by what can heal."""

import json
import time
from functools import lru_cache
from typing import Any

import httpx

from exchange.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from foundation.outbox.errors import RefusedError, TransientDeliveryError

TIMEOUT_SECONDS = 5.0
LARGEST_ANSWER = 64 * 1024
# Too slow, too early, too often: the same call can be taken later.
PASSING = frozenset({408, 425, 429})


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One for the process: made at the first call, so each Celery process has its own connections."""
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)


def post_signed(url: str, key: str, body: dict[str, Any], *, idempotency_key: str) -> dict[str, Any]:
    """The JSON object another system answers to a signed POST.

    Raises ``TransientDeliveryError`` for outages, overload and answers nobody can read, ``RefusedError`` for a plain
    no. Neither names more than the status: what the other side wrote may hold personal data.
    """
    if not url or not key:
        raise TransientDeliveryError("not_configured", "The address or the key of the other system is not set.")
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": idempotency_key,
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(key, timestamp=timestamp, path=httpx.URL(url).path, body=content),
    }
    try:
        with _client().stream("POST", url, content=content, headers=headers) as response:
            _sort(response)
            return _read(response)
    except httpx.TimeoutException:
        raise TransientDeliveryError("timeout", f"No answer within {TIMEOUT_SECONDS:g} seconds.") from None
    except httpx.TransportError as error:
        raise TransientDeliveryError("unreachable", type(error).__name__) from None


def _sort(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success:
        return
    if status in PASSING or status >= 500:
        asked = response.headers.get("Retry-After", "")
        retry_after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
        raise TransientDeliveryError(f"http_{status}", f"Answer {status}.", retry_after=retry_after)
    raise RefusedError(f"http_{status}", f"Answer {status}.")


def _read(response: httpx.Response) -> dict[str, Any]:
    # The time limit of the client is per read: a system that drips its answer must not hold us past it either.
    ends_at = time.monotonic() + TIMEOUT_SECONDS
    content = b""
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER or time.monotonic() > ends_at:
            raise TransientDeliveryError("bad_answer", "The answer is too long or too slow.")
    try:
        answer = json.loads(content)
    except ValueError:
        raise TransientDeliveryError("bad_answer", "The answer is not JSON.") from None
    if not isinstance(answer, dict):
        raise TransientDeliveryError("bad_answer", "The answer is not a JSON object.")
    return answer
