"""The one way to leave a trace."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connection
from django.db.models import Model
from django.db.transaction import TransactionManagementError

from foundation.audit.models import ACTION_SHAPE, AuditEvent
from foundation.crypto.masking import mask_text

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# The shortest number that can be somebody's: a phone number has eleven digits.
SHORTEST_PERSONAL_NUMBER = 10**10


def audit_record(
    action: str,
    obj: Model | None,
    *,
    actor: "AbstractUser | None",
    on_behalf_of: "AbstractUser | None" = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Record an act inside the transaction that performs it, so that both stand or fall together.

    ``action`` is ``app.entity.past_tense``; ``actor`` is None for the system; ``obj`` is None only where the act has
    no single object. Numbers shaped like personal data are masked. Raises ``TransactionManagementError`` outside a
    transaction and ``ValueError`` for an action of another shape or an object that was never saved.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("audit_record belongs inside the transaction that makes the change.")
    if not re.fullmatch(ACTION_SHAPE, action):
        raise ValueError(f"An action is named app.entity.past_tense, not {action!r}.")
    if obj is not None and obj.pk is None:
        raise ValueError(f"{action} names an object that was never saved.")
    return AuditEvent.objects.create(
        actor=actor,
        on_behalf_of=on_behalf_of,
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=mask_text(str(obj))[:200] if obj is not None else "",
        reason=mask_text(reason),
        data=_masked(data or {}),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
    )


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {mask_text(str(key)): _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= SHORTEST_PERSONAL_NUMBER:
        masked = mask_text(str(value))
        return value if masked == str(value) else masked
    return mask_text(value) if isinstance(value, str) else value
