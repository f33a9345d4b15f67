"""What the pages of registers put together."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from subsidies.registers.models import Register, RegisterEvent


def register_or_404(pk: int) -> Register:
    return get_object_or_404(Register.objects.select_related("recorded_by"), pk=pk)


def history(register: Register) -> list[dict[str, Any]]:
    """The moves of a list, for the timeline."""
    words = {
        "opened": _("建立"),
        "put_in_force": _("启用"),
        "replace": _("被新名册代替"),
        "withdraw": _("撤回"),
    }
    return [
        {
            "title": words.get(event.action, event.action),
            "at": event.at,
            "text": event.reason,
            "actor": str(event.actor) if event.actor else "",
        }
        for event in RegisterEvent.objects.filter(register=register).select_related("actor").order_by("-at", "-pk")
    ]


def files(register: Register) -> list[Any]:
    return [one.batch for one in register.files.select_related("batch").order_by("pk")]
