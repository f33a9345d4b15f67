"""Rating sheets: written by the office that runs the plan, taken over from the sample where nobody wrote one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certifications.plans.models import PlanPart, RoomDuty
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.errors import ScoringError
from certifications.scoring.models import Rating, RatingItem, RatingSheet
from certifications.scoring.sample_sheets import SampleItem, sample_for
from certifications.scoring.selectors.panels import sheet_of
from certifications.scoring.services.common import desk_required, plan_lock
from foundation.accounts.models import User
from foundation.audit.services import audit_record

HUNDRED = 100
CHANGEABLE = frozenset({PlanState.DRAFT, PlanState.OPEN, PlanState.ARRANGED})


@transaction.atomic
def sheet_save(*, part_id: int, title: str, items: Sequence[SampleItem], actor: User, at: datetime) -> RatingSheet:
    """A new edition of a part's sheet. Refused once anybody was rated on it, and unless its points add up to 100."""
    part = PlanPart.objects.get(pk=part_id)
    plan = plan_lock(part.plan_id)
    desk_required(actor, plan, at=at)
    if plan.state not in CHANGEABLE:
        raise ScoringError(
            "wrong_state", _("考核计划现在是“%(state)s”，不能改评分表。") % {"state": plan.get_state_display()}
        )
    if sample_for(PartKind(part.kind), plan.occupation.code) is None:
        raise ScoringError("not_rated", _("“%(part)s”不用评分表。") % {"part": part})
    # A rating under way holds the lock of its duty: it comes before this edition, or is asked to look again.
    list(RoomDuty.objects.select_for_update().filter(room__part=part).order_by("pk").values_list("pk"))
    if Rating.objects.filter(part=part).exists():
        raise ScoringError("in_use", _("已经有人按这份评分表评分，不能再改。"))
    total = sum(item.points for item in items)
    if not items or total != HUNDRED:
        raise ScoringError(
            "not_a_hundred", _("各项分值合计应为 100 分，现在是 %(total)d 分。请调整后再保存。") % {"total": total}
        )
    sheet = sheet_write(part, title=title.strip(), items=items, source="", actor=actor, at=at)
    audit_record("scoring.sheet.saved", sheet, actor=actor, data={"edition": sheet.edition})
    return sheet


def sheet_write(
    part: PlanPart, *, title: str, items: Sequence[SampleItem], source: str, actor: User, at: datetime
) -> RatingSheet:
    """The rows of an edition, under the plan's lock."""
    last = sheet_of(part)
    edition = last.edition + 1 if last else 1
    sheet = RatingSheet.objects.create(part=part, edition=edition, title=title, source=source, made_by=actor, at=at)
    RatingItem.objects.bulk_create(
        RatingItem(sheet=sheet, position=place, title=item.title, points=item.points, hint=item.hint)
        for place, item in enumerate(items, start=1)
    )
    return sheet


def sheet_taken(part: PlanPart, *, edition: int, actor: User, at: datetime) -> RatingSheet:
    """The sheet somebody rated on; the sample becomes the first edition, under the plan's lock.

    Refuses when the sheet was changed since.
    """
    sheet = sheet_of(part)
    if sheet is None and edition == 0:
        sample = sample_for(PartKind(part.kind), part.plan.occupation.code)
        if sample is None:
            raise ScoringError("not_rated", _("“%(part)s”不用评分表。") % {"part": part})
        return sheet_write(part, title=sample.title, items=sample.items, source=sample.code, actor=actor, at=at)
    if sheet is not None and (sheet.edition == edition or (edition == 0 and sheet.source and sheet.edition == 1)):
        return sheet
    raise ScoringError("sheet_changed", _("评分表刚刚改过。请重新打开这名考生，按新的评分表评分。"))
