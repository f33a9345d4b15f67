"""What the offices that got evidence answer."""

import json
import time
from typing import Any

from django.conf import settings
from django.utils import timezone

from exchange.models import InboundMessage
from exchange.moments import moment_near
from exchange.signing import is_genuine
from residency.evidence.rules.documents import problems
from residency.evidence.services import result_record
from residency.evidence.states import RESULT_SCHEMA, Receiver

RESULT = RESULT_SCHEMA


def genuine_receivers(*, timestamp: str, path: str, body: bytes, given: str) -> frozenset[Receiver]:
    """The receivers whose key signed the call; none when it is nobody's."""
    return frozenset(
        one
        for one in Receiver
        if is_genuine(
            settings.EVIDENCE_RECEIVERS.get(one.value, {}).get("key", ""),
            timestamp=timestamp,
            path=path,
            body=body,
            given=given,
            now=time.time(),
        )
    )


def result_in(body: bytes) -> dict[str, Any] | None:
    """An answer as the schema ``evidence-result/1`` wants it, or None when it is anything else."""
    try:
        result = json.loads(body.decode())
        # Half a character can be written in JSON, and then nowhere else: what raises here would raise in each try.
        json.dumps(result, ensure_ascii=False).encode()
        is_whole = isinstance(result, dict) and not problems(result, RESULT)
    except (ValueError, RecursionError):
        return None
    return result if is_whole and result["id"].isprintable() else None


def evidence_result_handle(message: InboundMessage) -> None:
    """Act on a stored answer."""
    result = json.loads(message.body)
    result_record(body=result, at=moment_near(result["at"], message.received_at), now=timezone.now())
