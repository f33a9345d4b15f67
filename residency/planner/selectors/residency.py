"""What a level would change for residency: her own estimate beside the same estimate with the certificate in hand.

自测，非官方: the platform never decides residency, and nothing here is a promise.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.rules.effects import Effect, effect_of
from residency.planner.states import BenefitKind, BenefitState
from residency.routes.rules import Applicant, Pack, Route, RouteKind, facts_of, pack_read
from residency.routes.selectors import applicant_of, packs_last
from workers.models import Worker

CERTIFICATES = "certificates"


def residency_of_goals(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[Benefit]]:
    """For each goal, the routes of the worker's city that it would bring nearer; those of other cities never."""
    packs = [(pack, ended) for pack, ended in _packs(on) if pack.may_answer_for(settings.CITY_CODE)]
    if not packs:
        return {}
    applicant = applicant_of(worker, on=on)
    routes = [
        (pack, route, ended)
        for pack, ended in packs
        for route in pack.routes
        if route.kind != RouteKind.QUOTA and CERTIFICATES in facts_of(route)
    ]
    return {
        goal: [
            benefit
            for pack, route, ended in routes
            for benefit in _benefits(pack, route, applicant, goal, on=on, ended=ended)
        ]
        for goal in goals
    }


def _packs(on: date) -> list[tuple[Pack, date | None]]:
    """The city's packs with the last day of those that have ended."""
    found = []
    for row in packs_last(city=settings.CITY_CODE, on=on):
        upper = row.effective.upper
        found.append((pack_read(row.content), upper - timedelta(days=1) if upper and upper <= on else None))
    return found


def _benefits(
    pack: Pack, route: Route, applicant: Applicant, goal: Goal, *, on: date, ended: date | None
) -> Iterator[Benefit]:
    effect = None if ended else effect_of(pack, route, applicant, goal, on=on)
    if effect is None and not ended:
        return
    document = pack.document
    yield Benefit(
        kind=BenefitKind.RESIDENCY,
        title=route.name,
        state=_state(effect),
        text=_text(effect),
        verified=effect.verified if effect else True,
        doc_no=document.doc_no or document.title,
        article=route.article,
        notes=tuple(_notes(effect)),
    )


def _state(effect: Effect | None) -> BenefitState:
    if effect is None or effect.is_gap:
        return BenefitState.GAP
    return BenefitState.OPEN if effect.is_sure else BenefitState.CHECK


def _text(effect: Effect | None) -> str:
    if effect is None or effect.is_gap:
        return _("原来的规定已经到期，新的还没有公布。")
    if effect.points > 0:
        return _("自测积分可能多 %(points)s 分。") % {"points": f"{effect.points.normalize():f}"}
    if effect.met:
        return _("自测看，“%(what)s”这一条就符合了。") % {"what": "”“".join(effect.met)}
    return _("可能用得上，但“%(what)s”这一条，规定没有写明您的证书算不算。") % {"what": "”“".join(effect.open)}


def _notes(effect: Effect | None) -> Iterator[str]:
    if effect is not None:
        if effect.met and effect.open:
            yield _("还要问清楚：%(what)s。") % {"what": "、".join(effect.open)}
        yield from effect.advice
        if effect.left:
            yield _("还要符合：%(what)s。") % {"what": "、".join(effect.left)}
    yield _("自测，非官方。能不能落户由公安机关决定，平台不作保证。")
