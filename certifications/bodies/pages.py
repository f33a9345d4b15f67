"""What the pages of the bodies' register share: what somebody may see, facts, rows, history."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.bodies.selectors import (
    Expiring,
    bodies_visible_to,
    body_of,
    events_of,
    expiring_of,
    is_filed,
    ranges_of,
)
from certifications.bodies.states import BodyKind, BodyState
from certifications.bodies.tables import STATE_TONES, papers_words
from certifications.bodies.words import COLUMN_WORDS, EVENT_WORDS
from courses.schools.pages import span_tag, table
from courses.schools.texts import day, place, span, where
from foundation.accounts.models import Organisation
from foundation.database import not_ended
from foundation.desk import tag
from foundation.requests import user_of

EVENTS_SHOWN = 100


def body_or_404(request: HttpRequest, pk: int) -> AssessmentBody:
    """A body the user may see; another does not exist for her."""
    return get_object_or_404(bodies_visible_to(user_of(request), on=timezone.localdate()), pk=pk)


def own_body_or_404(request: HttpRequest) -> AssessmentBody:
    """The body of the member of staff who asks."""
    body = body_of(user_of(request), on=timezone.localdate())
    if body is None:
        raise Http404
    return body


def state_tag(body: AssessmentBody, on: date) -> str:
    """Where the body stands, and whether its filing has run out."""
    if body.state == BodyState.ACTIVE and not is_filed(body, on=on):
        return tag(_("备案不在有效期内"), "warning")
    return tag(body.get_state_display(), STATE_TONES[body.state])


def facts_rows(body: AssessmentBody, on: date) -> list[dict[str, Any]]:
    """What the register says of a body."""
    return [
        {"label": _("状态"), "value": state_tag(body, on)},
        {"label": _("统一社会信用代码"), "value": body.organisation.credit_code},
        {"label": _("类别"), "value": body.get_kind_display()},
        {"label": _("简称"), "value": body.short_name},
        {"label": _("备案号"), "value": body.filing_number},
        {"label": _("备案有效期"), "value": span(body.filed)},
        {"label": _("证书编号前 13 位"), "value": body.prefix},
        {"label": _("地址"), "value": where(body.district_code, body.address)},
        {"label": _("联系人"), "value": body.contact_name},
        {"label": _("办公电话"), "value": body.contact_phone},
        {"label": _("登记日期"), "value": day(body.registered_on)},
    ]


def scopes_table(
    body: AssessmentBody, on: date, *, url: Callable[[int], str] | None = None, past: bool = False
) -> dict[str, Any]:
    """What the body may assess, and may later; with ``past`` also what has ended."""
    lines = body.scopes.select_related("occupation", "work_type")
    if not past:
        lines = lines.filter(not_ended(on))
    rows = [
        (
            url(one.pk) if url and not (one.effective.upper and one.effective.upper <= on) else "",
            (
                one.occupation.name,
                one.work_type.name if one.work_type else _("全部工种"),
                one.get_level_display(),
                span(one.effective),
                span_tag(one.effective, on),
                one.basis,
            ),
        )
        for one in lines
    ]
    return table([_("职业"), _("工种"), _("等级"), _("有效期"), _("状态"), _("依据")], rows)


def ranges_table(body: AssessmentBody, *, url: Callable[[int], str] | None = None) -> dict[str, Any]:
    """The serial numbers the body may use."""
    rows = [
        (
            url(one.pk) if url else "",
            (
                one.year,
                one.get_level_display() if one.level else _("不分等级"),
                f"{one.first:06d} – {one.last:06d}",
                one.last - one.first + 1,
                one.basis,
            ),
        )
        for one in ranges_of(body)
    ]
    return table([_("年份"), _("等级"), _("流水号"), _("个数"), _("依据")], rows)


def assessors_table(assessors: Any, *, url: Callable[[int], str]) -> dict[str, Any]:
    """Who assesses for somebody, with what they may assess today."""

    def cells(one: Assessor) -> tuple[Any, ...]:
        return (one.name, one.title or "—", papers_words(one) or tag(_("没有有效资格"), "warning"), span(one.engaged))

    rows = [(url(one.pk), cells(one)) for one in assessors]
    return table([_("姓名"), _("职称或技能等级"), _("考评资格"), _("聘任期间")], rows)


def warnings_table(body: AssessmentBody, on: date) -> dict[str, Any]:
    """What ends soon."""
    rows = [("", (one.what, one.subject, day(one.last_day), _left(one, on))) for one in expiring_of(body, on=on)]
    return table([_("事项"), _("名称"), _("最后一天"), _("剩余")], rows)


def _left(one: Expiring, on: date) -> str:
    if one.is_over:
        return tag(_("已到期"), "error")
    return tag(_("还有 %(count)s 天") % {"count": (one.last_day - on).days}, "warning")


def history(
    organisation: Organisation, *, most: int = EVENTS_SHOWN, subject: Assessor | None = None
) -> list[dict[str, Any]]:
    """What happened, the newest first; to one assessor when she is given."""
    events = events_of(organisation)
    if subject is not None:
        hers = Q(action__startswith="assessor.", subject_id=subject.pk)
        events = events.filter(hers | Q(action__startswith="qualification.", data__assessor=subject.pk))
    return [
        {
            "title": f"{EVENT_WORDS.get(one.action, one.action)}{'：' if one.subject else ''}{one.subject}",
            "at": one.at,
            "actor": one.actor,
            "text": "；".join(part for part in (one.reason, *changes(one.data)) if part),
        }
        for one in events[:most]
    ]


def changes(data: dict[str, Any]) -> list[str]:
    """What an event changed, from what to what."""
    return [
        f"{word}：{_shown(name, data[f'{name}_before'])} → {_shown(name, data.get(name))}"
        for name, word in COLUMN_WORDS.items()
        if f"{name}_before" in data
    ]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list):
        first, beyond = value
        last = date.fromisoformat(beyond) - timedelta(days=1) if beyond else None
        return f"{first} – {day(last) or _('长期')}"
    if name == "kind":
        return str(BodyKind(value).label)
    return place(value) if name == "district_code" else str(value or "—")
