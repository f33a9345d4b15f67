"""What the database refuses, in words that name the person and the class."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from certifications.bodies.models import Assessor
from certifications.plans.errors import PlanError
from certifications.plans.models import Candidate, PlanPart
from certifications.plans.selectors import Trained, judges_elsewhere, trained_by

INDEPENDENT = "judge_has_not_trained_the_candidate"
ONE_ROOM = "judge_is_in_one_room_at_an_hour"
ONE_PLACE = "candidate_is_in_one_place_at_an_hour"


def violated(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")


def trained_words(row: Trained, assessor: str, candidate: str) -> str:
    """One pair in a sentence."""
    if row.is_herself:
        return _("%(assessor)s就是考生本人（%(candidate)s）") % {"assessor": assessor, "candidate": candidate}
    words = {"assessor": assessor, "candidate": candidate, "class_run": row.class_name}
    return _("%(assessor)s在“%(class_run)s”教过%(candidate)s") % words


def trained_refusal(assessor_ids: Collection[int], candidates: Collection[Candidate]) -> PlanError:
    """The refusal that says who trained whom, and where."""
    by_worker = {one.worker_id: one for one in candidates}
    rows = trained_by(assessor_ids, list(by_worker))
    names = dict(Assessor.objects.filter(pk__in=assessor_ids).values_list("pk", "name"))
    told = [trained_words(row, names[row.assessor_id], by_worker[row.worker_id].worker.masked_name) for row in rows]
    which = "；".join(dict.fromkeys(told)) or _("有人教过这里的考生")
    return PlanError(
        "trained_them",
        _(
            "不能安排：%(which)s。考评员不得考核自己培训过的人。请换一位考评员；有几个考场的，也可以先清空座位，安排好人员再编排。"
        )
        % {"which": which},
    )


@contextmanager
def refusals_in_words(part: PlanPart, assessor: Assessor, candidates: Collection[Candidate]) -> Iterator[None]:
    """Turn what the database says about a duty into a ``PlanError``; anything else goes on as it is."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = violated(error)
        if name == INDEPENDENT:
            raise trained_refusal([assessor.pk], candidates) from error
        if name == ONE_ROOM:
            raise elsewhere_refusal(part, assessor) from error
        raise


def elsewhere_refusal(part: PlanPart, assessor: Assessor) -> PlanError:
    """She is in another room at that hour; whose it is, only her own organisation reads."""
    other = judges_elsewhere(part, bytes(assessor.id_number_index))
    where = _("另一个单位的考核")
    if other is not None and other.room.part.plan.organisation_id == part.plan.organisation_id:
        where = f"{other.room.part.plan.title} {other.room.name}"
    words = {"name": assessor.name, "where": where}
    return PlanError("judge_elsewhere", _("%(name)s同一时间已安排在“%(where)s”。请换一位，或调整考核时间。") % words)
