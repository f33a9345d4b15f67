"""Assessment bodies for everybody: who they are, what they may assess, how to reach them."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from certifications.bodies.models import AssessmentBody
from certifications.bodies.rules import last_day
from certifications.bodies.selectors import bodies_assessing, bodies_published, is_filed, scopes_by_occupation
from certifications.bodies.states import BodyState
from courses.catalogue.models import Occupation
from courses.catalogue.states import SkillLevel
from courses.schools.texts import where

PER_PAGE = 12
ANY = ("", gettext_lazy("不限"))
OFFERED_LEVELS = (SkillLevel.FIVE, SkillLevel.FOUR, SkillLevel.THREE, SkillLevel.TWO, SkillLevel.ONE)


class BodyFinder(forms.Form):
    """What can be asked; an answer that does not exist counts as not given."""

    occupation = forms.ChoiceField(label=gettext_lazy("想考什么"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("等级"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        occupations = [(str(pk), name) for pk, name in Occupation.objects.values_list("pk", "name")]
        levels = [(str(level.value), level.label) for level in OFFERED_LEVELS]
        self.fields["occupation"].choices = [ANY, *occupations]  # type: ignore[attr-defined]
        self.fields["level"].choices = [ANY, *levels]  # type: ignore[attr-defined]

    def wish(self) -> tuple[int | None, int | None]:
        """Occupation and level, as far as they can be understood."""
        self.is_valid()
        answers = [self.cleaned_data.get(name) for name in ("occupation", "level")]
        occupation, level = (int(answer) if answer else None for answer in answers)
        return occupation, level


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """Where one can be assessed, twelve at a time."""
    on = timezone.localdate()
    form = BodyFinder(request.GET)
    occupation, level = form.wish()
    found = bodies_assessing(occupation_id=occupation, level=level, on=on)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    lines = scopes_by_occupation([body.pk for body in page.object_list], on=on)
    cards = [(body, standing(body, on), lines.get(body.pk, [])) for body in page.object_list]
    context = {"form": form, "page_obj": page, "cards": cards, "is_asked": bool(occupation or level)}
    return render(request, "bodies/bodies.html", context)


@require_safe
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body. A closed one stays to be found: certificates outlive it."""
    on = timezone.localdate()
    found = get_object_or_404(bodies_published(), pk=pk)
    context = {
        "body": found,
        "standing": standing(found, on),
        "filed_until": last_day(found.filed),
        "where": where(found.district_code, found.address),
        "scopes": scopes_by_occupation([found.pk], on=on).get(found.pk, []),
    }
    return render(request, "bodies/public.html", context)


def standing(found: AssessmentBody, on: date) -> dict[str, str]:
    """Whether one can be assessed there today, in plain words."""
    if found.state == BodyState.CLOSED:
        text = _("这家机构已不再开展评价。以前发的证书仍可查询。")
        return {"label": _("已注销"), "tone": "stopped", "text": text}
    if found.state == BodyState.SUSPENDED:
        text = _("这家机构目前暂停评价，不能报考。恢复后才能报考。")
        return {"label": _("暂停评价"), "tone": "warning", "text": text}
    if not is_filed(found, on=on):
        text = _("这家机构的备案现在不在有效期内，不能报考。")
        return {"label": _("备案不在有效期内"), "tone": "warning", "text": text}
    return {"label": _("正常评价"), "tone": "success", "text": ""}
