"""What the dashboards are asked for: a stretch of months, and one value of each kind."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from courses.schools.models import School
from foundation.desk import ANY
from portal.dashboards.states import Dimension
from subsidies.ledger.selectors import budget_places
from workers.districts import district_choices
from workers.models import PersonGroup

NO_LEVEL = 0


def month_name(month: date) -> str:
    return _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month}


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to the other, both included."""
    found = [first.replace(day=1)]
    while found[-1] < last.replace(day=1):
        found.append(month_after(found[-1]))
    return found


class PeriodForm(forms.Form):
    """From one month to another; from the beginning of this year until now when nothing is said."""

    since = forms.ChoiceField(label=gettext_lazy("从"), required=False)
    until = forms.ChoiceField(label=gettext_lazy("到"), required=False)

    def __init__(self, data: Any, *, months: Sequence[date], on: date) -> None:
        super().__init__(data)
        self.first = date(on.year, 1, 1)
        self.last = max([on.replace(day=1), *months])
        known = months_between(min([self.first, *months]), self.last)[::-1]
        for name, usual in (("since", gettext_lazy("今年年初")), ("until", gettext_lazy("现在"))):
            field: Any = self.fields[name]
            field.choices = [("", usual), *((month.isoformat(), month_name(month)) for month in known)]

    @property
    def period(self) -> tuple[date, date]:
        """First days of the first and the last month; turned round when they were given the other way."""
        given = self.cleaned_data if self.is_valid() else {}
        first = date.fromisoformat(given["since"]) if given.get("since") else self.first
        last = date.fromisoformat(given["until"]) if given.get("until") else self.last
        return min(first, last), max(first, last)


class FunnelForm(PeriodForm):
    """Which trainings are counted."""

    group = forms.ChoiceField(label=Dimension.GROUP.label, required=False)
    district = forms.ChoiceField(label=Dimension.DISTRICT.label, required=False)
    occupation = forms.ChoiceField(label=Dimension.OCCUPATION.label, required=False)
    level = forms.TypedChoiceField(label=Dimension.LEVEL.label, coerce=int, empty_value=None, required=False)
    school = forms.ChoiceField(label=Dimension.SCHOOL.label, required=False)

    def __init__(self, data: Any, *, months: Sequence[date], on: date, is_school: bool) -> None:
        super().__init__(data, months=months, on=on)
        choices: dict[str, list[tuple[Any, Any]]] = {
            "group": list(PersonGroup.objects.values_list("code", "name")),
            "district": list(district_choices()),
            "occupation": list(Occupation.objects.values_list("pk", "name")),
            "level": [*SkillLevel.choices, (NO_LEVEL, gettext_lazy("不分等级"))],
            "school": [] if is_school else list(School.objects.values_list("pk", "organisation__name")),
        }
        for name, known in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", ANY), *known]
        if is_school:
            del self.fields["school"]

    def narrowed(self, cells: Any) -> Any:
        """The counts of the months and values that were asked for."""
        given = self.cleaned_data if self.is_valid() else {}
        first, last = self.period
        asked: dict[str, Any] = {
            "group_code": given.get("group") or None,
            "district_code": given.get("district") or None,
            "occupation": given.get("occupation") or None,
            "level": given.get("level"),
            "school": given.get("school") or None,
        }
        asked = {name: value for name, value in asked.items() if value is not None}
        return cells.filter(month__gte=first, month__lte=last, **asked)

    @property
    def words(self) -> dict[str, dict[Any, str]]:
        """What the values of each dimension are called."""
        return {
            name: {value: str(label) for value, label in iter(self.fields[name].choices)}  # type: ignore[attr-defined]
            for name in ("group", "district", "occupation", "level", "school")
            if name in self.fields
        }


class ClaimsForm(PeriodForm):
    """Which claims are counted: by the month in which they were sent."""

    district = forms.ChoiceField(label=gettext_lazy("区划"), required=False)

    def __init__(self, data: Any, *, months: Sequence[date], on: date) -> None:
        super().__init__(data, months=months, on=on)
        field: Any = self.fields["district"]
        field.choices = [("", ANY), *budget_places().items()]

    def narrowed(self, cells: Any) -> Any:
        first, last = self.period
        cells = cells.filter(month__gte=first, month__lte=last)
        district = self.cleaned_data.get("district") if self.is_valid() else ""
        return cells.filter(district_code=district) if district else cells
