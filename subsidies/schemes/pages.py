"""What the pages of schemes share: which city, which edition, who acts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.states import Role
from foundation.policy.models import place_label
from foundation.requests import user_of
from subsidies.schemes.models import DatedLaw, OccupationFlag, Scheme
from subsidies.schemes.sheets import law_is_verified
from subsidies.schemes.states import SCHEME_KEEPERS, SchemeState
from subsidies.schemes.tables import STATE_TONES


def city() -> str:
    """The city this platform is run for: no other city's rules are shown as its own."""
    return str(settings.CITY_CODE)


def may_write(request: HttpRequest) -> bool:
    roles: frozenset[Role] = getattr(request, "roles", frozenset())
    return bool(roles & SCHEME_KEEPERS)


def desk_context(request: HttpRequest, row: DatedLaw) -> dict[str, Any]:
    """What may be done with a row, and by whom it came to be."""
    is_draft, writes = row.state == SchemeState.DRAFT, may_write(request)
    is_own = row.drafted_by_id == user_of(request).pk
    return {
        "is_draft": is_draft,
        "may_write": writes,
        "may_publish": writes and is_draft and not is_own,
        "is_own_draft": writes and is_draft and is_own,
        "is_retroactive": is_draft and row.effective.lower < timezone.localdate(),
        "tone": STATE_TONES[row.state],
        "state_label": SchemeState(row.state).label,
        "rows": _rows(row),
    }


def _rows(row: DatedLaw) -> list[dict[str, Any]]:
    last = row.effective.upper - timedelta(days=1) if row.effective.upper else _("长期")
    checked = _("已核实") if law_is_verified(row) else _("待核实")
    rows = [
        (_("地区"), place_label(row.city_code)),
        (_("执行期间"), f"{row.effective.lower:%Y-%m-%d} — {last}"),
        *_own_rows(row),
        (_("依据"), f"{row.document} {row.article}"),
        (_("来源可靠程度"), f"{row.get_provenance_display()}（{checked}）"),
        (_("说明"), row.note),
        (_("起草人"), row.drafted_by or _("随平台提供")),
        (_("发布人"), row.published_by or ""),
        (_("发布时间"), f"{timezone.localtime(row.published_at):%Y-%m-%d %H:%M}" if row.published_at else ""),
    ]
    return [{"label": label, "value": str(value)} for label, value in rows if value]


def _own_rows(row: DatedLaw) -> list[tuple[str, Any]]:
    if isinstance(row, Scheme):
        return [
            (_("代码"), row.code),
            (_("一句话说明"), row.summary),
            (_("种类"), row.get_family_display()),
            (_("计算办法"), row.get_rule_display()),
            (_("资金来源"), row.get_fund_display()),
            (_("发放对象"), row.get_payee_display()),
            (_("申领对象"), row.get_subject_display()),
        ]
    assert isinstance(row, OccupationFlag)
    return [
        (_("职业"), row.occupation),
        (_("工种"), row.work_type or _("所有工种")),
        (_("技能等级"), row.get_level_display() or _("所有等级")),
        (_("类别"), row.get_flag_display()),
    ]
