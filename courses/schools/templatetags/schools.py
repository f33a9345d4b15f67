"""Tags of the public pages: ``{% load schools %}``."""

from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from courses.schools.models import School
from courses.schools.selectors import is_licensed, premises_of, scopes_of, teachers_of
from courses.schools.states import SchoolState
from courses.schools.texts import last_day, place
from foundation.accounts.models import Organisation

register = template.Library()


@register.inclusion_tag("schools/_facts.html")
def school_facts(organisation: Organisation, known_phone: str = "") -> dict[str, Any]:
    """What the register says of a school, for everybody; nothing for a body that is not in it.

    ``known_phone`` stands on the page already and is not said again.
    """
    school = School.objects.filter(organisation=organisation).first()
    if school is None:
        return {"school": None}
    on = timezone.localdate()
    return {
        "school": school,
        "is_licensed": is_licensed(school, on),
        "is_suspended": school.state == SchoolState.SUSPENDED,
        "is_closed": school.state == SchoolState.CLOSED,
        "licensed_until": last_day(school.licensed),
        "scopes": _scopes(school, on),
        "districts": _districts(school, on),
        "teachers": teachers_of(school, on).count(),
        "phone": school.contact_phone if school.contact_phone != known_phone else "",
    }


def _scopes(school: School, on: date) -> list[tuple[str, list[str]]]:
    """Each occupation, with what may be trained in it."""
    found: dict[str, list[str]] = {}
    for line in scopes_of(school, on):
        what = line.get_level_display() if line.level else line.get_kind_display()
        text = f"{line.work_type.name} {what}" if line.work_type else str(what)
        found.setdefault(line.occupation.name, []).append(text)
    return list(found.items())


def _districts(school: School, on: date) -> list[str]:
    codes = dict.fromkeys(premises_of(school, on).values_list("district_code", flat=True))
    return [place(code) for code in codes or [school.district_code]]
