"""An employer's mandate: as every mandate, and what leaves the table when it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.privacy.models import Consent, ConsentText
from subsidies.awards.errors import AwardError
from subsidies.awards.models import AwardFiling, EmployerMandate, EmployerMandateEvent
from subsidies.awards.services.common import employer_staff_required, filing_lock, filing_move
from subsidies.awards.states import FILING_MOVES, PURPOSE, RECEIVER, Party
from subsidies.awards.texts import MANDATE_ASKED, MANDATE_RECORDED, mandate_tell
from subsidies.mandates.services import (
    Kind,
    mandate_asked,
    mandate_given,
    mandate_recorded,
    mandate_refused,
    mandate_withdrawn,
    mandates_held,
    mandates_stopped,
    may_be_asked,
)
from subsidies.mandates.states import MandateParty, MandateState
from workers.models import Worker

KIND = Kind(
    mandates=EmployerMandate,
    events=EmployerMandateEvent,
    holder="employer",
    at_hand=("worker__user", "employer"),
    party=MandateParty.EMPLOYER,
    receiver=RECEIVER,
    purpose=PURPOSE,
    error=AwardError,
    action="awards.mandate",
    folder="awards/mandates",
)


@transaction.atomic
def mandate_ask(*, filing_id: int, actor: User, at: datetime) -> bool:
    """Ask the worker of a filing by text message; whether a text went out.

    Whoever has answered is left in peace; a reminder goes out once a day and three times at most. Raises
    ``PermissionDenied`` for another employer.
    """
    mandate = _of(filing_id, actor, at)
    if not may_be_asked(mandate, at=at):
        return False
    if not mandate.worker.phone:
        raise AwardError(
            "no_phone", _("平台上没有她的手机号码，发不了短信。请让她登录平台答复，或者上传她签字的委托书。")
        )
    mandate_asked(KIND, mandate, actor=actor, at=at)
    return mandate_tell(mandate, MANDATE_ASKED, at=at)


@transaction.atomic
def mandate_record(*, filing_id: int, paper: File[bytes], actor: User, at: datetime) -> EmployerMandate:
    """Keep the paper she signed; she is told, and can take it back. ``AwardError`` once she has answered herself."""
    mandate = _of(filing_id, actor, at)
    mandate_recorded(KIND, mandate, paper=paper, actor=actor, at=at)
    mandate_tell(mandate, MANDATE_RECORDED, at=at)
    return mandate


@transaction.atomic
def mandate_give(*, mandate_id: int, text: ConsentText | None, actor: User, at: datetime) -> EmployerMandate:
    """She agrees to the wording she was shown. Raises ``PermissionDenied`` for anybody else."""
    return mandate_given(KIND, mandate_id=mandate_id, text=text, actor=actor, at=at)


@transaction.atomic
def mandate_refuse(*, mandate_id: int, actor: User, at: datetime) -> EmployerMandate:
    """She does not want it. She is not asked again, and nothing the employer prepared goes out."""
    mandate = mandate_refused(KIND, mandate_id=mandate_id, actor=actor, at=at)
    _take_back(mandate, actor, at)
    return mandate


@transaction.atomic
def mandate_withdraw(*, mandate_id: int, actor: User, at: datetime) -> EmployerMandate:
    """She takes it back: what was not accepted leaves; what was accepted goes on, for the money is hers."""
    return mandate_withdrawn(KIND, mandate_id=mandate_id, actor=actor, at=at, take_back=_take_back)


def mandates_stop(*, consent: Consent, **kwargs: Any) -> None:
    """Connected to ``consent_withdrawn``: taken back among her data, it is taken back from every employer."""
    mandates_stopped(KIND, consent, take_back=_take_back)


def is_mandated(filing: AwardFiling) -> bool:
    """Whether the worker lets this employer file for her."""
    held = EmployerMandate.objects.filter(worker=filing.worker_id, employer=filing.employer_id)
    return held.filter(state=MandateState.GIVEN).exists()


def _of(filing_id: int, actor: User, at: datetime) -> EmployerMandate:
    """The mandate of a filing's worker to its employer, locked; the actor works for the employer."""
    filing = AwardFiling.objects.select_related("employer").get(pk=filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    worker = Worker.objects.select_related("user").get(pk=filing.worker_id)
    return mandates_held(KIND, holder=filing.employer_id, workers=[worker])[worker.pk]


def _take_back(mandate: EmployerMandate, actor: User, at: datetime) -> None:
    """What this employer has ready or under way for her, and nobody has accepted, leaves the table."""
    sources = FILING_MOVES["withdraw"].sources
    rows = AwardFiling.objects.filter(worker=mandate.worker_id, employer=mandate.employer_id, state__in=sources)
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        filing_move(filing_lock(pk), "withdraw", party=Party.WORKER, actor=actor, at=at, reason=_("本人不同意"))
