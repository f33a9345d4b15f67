"""From which level the certificate makes her highly skilled (高技能人才), by the figure of the day."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from certifications.talent.rules import is_high_skilled
from certifications.talent.selectors import high_skill_begins
from courses.catalogue.states import SkillLevel
from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.states import BenefitKind, BenefitState
from workers.models import Worker


def talent_of_goals(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[Benefit]]:
    """The register of highly skilled people, for goals that reach its level; nothing where no figure is in force."""
    figure = high_skill_begins(on=on)
    if figure is None:
        return {}
    begins = int(figure.value)
    benefit = Benefit(
        kind=BenefitKind.TALENT,
        title=_("登记为高技能人才"),
        state=BenefitState.OPEN,
        text=_("%(level)s及以上算高技能人才。拿到证书，平台就给您登记在册，不用另外申请。")
        % {"level": SkillLevel(begins).label},
        verified=figure.verified,
        doc_no=figure.doc_no or figure.document_title,
        article=figure.article,
    )
    return {goal: [benefit] for goal in goals if is_high_skilled(goal.level, begins=begins)}
