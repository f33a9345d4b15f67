"""What the pages of registers put together."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from foundation.policy.selectors import figures_for
from foundation.policy.values import ParameterValue
from subsidies.registers.models import Register, RegisterEvent

DAYS_MAX = "check.register.days_max"


def register_or_404(pk: int) -> Register:
    return get_object_or_404(Register.objects.select_related("recorded_by"), pk=pk)


def days_max(on: Any) -> int | None:
    """How old a list may be before the page says so; None where no figure is in force."""
    figure = figures_for([DAYS_MAX], city=settings.CITY_CODE, on=on)[DAYS_MAX]
    return int(figure.value) if isinstance(figure, ParameterValue) else None


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
