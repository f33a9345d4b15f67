"""``/courses/``: find a course. Everything stands in the address, so a result can be sent on."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalogue.states import SkillLevel
from courses.classes.finder import LONGEST_TEXT, Wish, cards_of, courses_found, occupations_taught
from workers.districts import DISTRICTS

PER_PAGE = 12
ANY = ("", _("不限"))
OFFERED_LEVELS = (SkillLevel.FIVE, SkillLevel.FOUR, SkillLevel.THREE, SkillLevel.TWO, SkillLevel.ONE)


class FinderForm(forms.Form):
    """What can be asked; an answer that does not exist counts as not given."""

    q = forms.CharField(label=_("想学什么"), max_length=LONGEST_TEXT, required=False)
    district = forms.ChoiceField(label=_("在哪个区上课"), required=False)
    occupation = forms.ChoiceField(label=_("职业"), required=False)
    level = forms.ChoiceField(label=_("等级"), required=False)
    evening = forms.BooleanField(label=_("晚上或周末上课"), required=False)
    online = forms.BooleanField(label=_("能在手机上学"), required=False)
    free = forms.BooleanField(label=_("领补贴后不花钱"), required=False)
    soon = forms.BooleanField(label=_("30 天内开班"), required=False)

    CHECKS = ("evening", "online", "free", "soon")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("例如：月嫂、育婴、养老护理")
        self.choices_of("district", DISTRICTS.get(settings.CITY_CODE, []))
        self.choices_of("occupation", occupations_taught())
        self.choices_of("level", [(str(level.value), level.label) for level in OFFERED_LEVELS])

    def choices_of(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]

    def checks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CHECKS]

    def selects(self) -> list[forms.BoundField]:
        return [self[name] for name in ("district", "occupation", "level")]

    def wish(self) -> Wish:
        """What is asked, as far as it can be understood."""
        self.is_valid()
        answers = self.cleaned_data
        return Wish(
            text=(answers.get("q") or "").strip(),
            district=answers.get("district") or "",
            occupation=answers.get("occupation") or "",
            level=int(answers["level"]) if answers.get("level") else None,
            is_evening=bool(answers.get("evening")),
            is_online=bool(answers.get("online")),
            is_free=bool(answers.get("free")),
            is_soon=bool(answers.get("soon")),
        )


def finder(request: HttpRequest) -> HttpResponse:
    """Courses that meet what is asked, twelve at a time, on cards."""
    on = timezone.localdate()
    form = FinderForm(request.GET)
    wish = form.wish()
    page = Paginator(courses_found(wish, on=on), PER_PAGE).get_page(request.GET.get("page"))
    cards = [(card, card.page.get_url(request)) for card in cards_of(list(page.object_list), on=on)]
    context = {"form": form, "wish": wish, "page_obj": page, "cards": cards, "is_asked": wish != Wish()}
    return render(request, "classes/finder.html", context)
