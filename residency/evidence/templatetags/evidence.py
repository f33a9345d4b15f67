"""What other offices made of her record, for the pages of the record."""

from typing import Any

from django import template

from residency.evidence.selectors.packs import packs_live_of
from residency.evidence.words import standing_of

register = template.Library()


@register.inclusion_tag("evidence/_told.html")
def evidence_of(worker_id: int, *, is_hers: bool = True) -> dict[str, Any]:
    """Each office that has her evidence, or is to get it, with how far it came; nothing where none was sent."""
    rows = [{"pack": one, "standing": standing_of(one)} for one in packs_live_of(worker_id)]
    return {"rows": rows, "is_hers": is_hers}
