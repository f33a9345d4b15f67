"""What the database refuses about claims, in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from subsidies.claims.errors import ClaimError


def violated(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")


def sentences() -> dict[str, tuple[str, str]]:
    """For each constraint, or the beginning of its name, the code and the sentence."""
    return {
        "claim_once_for_an_occupation_and_level": (
            "claimed_before",
            _("同一职业（工种）同一等级已经申领过，或者正在办。同一等级只能领一次；考取更高等级可以再申领。"),
        ),
        "claim_once_for_an_award_instalment": (
            "claimed_before",
            _("这一期奖励已经申领，或者正在办。请在“我的补贴”里看那一份的进度。"),
        ),
        "claim_once_for_": (
            "claimed_before",
            _("这本证书（这次培训）已经申领过同一类补贴，或者正在办。请在“我的补贴”里看那一份的进度。"),
        ),
        "claim_is_reviewed_by_another": ("same_person", _("初审和复核不能是同一个人，请由另一位工作人员复核。")),
        "claim_is_not_passed_by_who_filled_it_in": ("own_work", _("这份申领是您填报的，请由别人审核。")),
        "claim_is_not_reviewed_by_who_filled_it_in": ("own_work", _("这份申领是您填报的，请由别人审核。")),
        "claim_is_not_decided_by_the_claimant": ("own_claim", _("这是您本人的申领，请由另一位工作人员审核。")),
        "claim_that_stands_has_an_amount": ("amount_unknown", _("还没有算出金额，不能这样办理。")),
        "claim_appeal_is_open_once": ("appealed_before", _("这份申领已经有一件申诉在办，请等答复。")),
    }


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what a constraint of claims forbids into a ``ClaimError``; anything else goes on as it is."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = violated(error)
        for beginning, (code, sentence) in sentences().items():
            if name.startswith(beginning):
                raise ClaimError(code, sentence) from error
        raise
