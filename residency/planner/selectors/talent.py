"""From which level the certificate makes her highly skilled (高技能人才), by the figure of the day."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.policy.errors import PolicyGapError
from foundation.policy.selectors import parameter_on
from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.states import BenefitKind, BenefitState
from workers.models import Worker

HIGH_SKILLED = "talent.high_skilled.level"


def talent_of_goals(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[Benefit]]:
    """The register of highly skilled people, for goals that reach its level; nothing where no figure is in force."""
    try:
        figure = parameter_on(HIGH_SKILLED, city=settings.CITY_CODE, on=on)
    except PolicyGapError:
        return {}
    benefit = Benefit(
        kind=BenefitKind.TALENT,
        title=_("登记为高技能人才"),
        state=BenefitState.OPEN,
        text=_("三级及以上算高技能人才。拿到证书，平台就给您登记在册，不用另外申请。"),
        verified=figure.verified,
        doc_no=figure.doc_no or figure.document_title,
        article=figure.article,
    )
    return {goal: [benefit] for goal in goals if goal.level <= int(figure.value)}
