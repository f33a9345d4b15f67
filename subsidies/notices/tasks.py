"""What happens to notices by itself."""

import structlog
from celery import shared_task
from django.utils import timezone

from foundation.errors import DomainError
from subsidies.notices.models import PublicNotice
from subsidies.notices.selectors import notices_due
from subsidies.notices.services import notice_close, notice_prolong
from subsidies.notices.states import NoticeState

log = structlog.get_logger(__name__)


@shared_task
def notices_close_due() -> int:
    """Close whatever had its days; a notice that cannot be closed holds up none of the others."""
    now, closed = timezone.now(), 0
    for pk in PublicNotice.objects.filter(state=NoticeState.OPEN).values_list("pk", flat=True):
        notice_prolong(notice_id=pk)
    for pk in notices_due(on=timezone.localdate(now)).values_list("pk", flat=True):
        try:
            notice_close(notice_id=pk, at=now)
        except DomainError as refusal:
            log.warning("notices.notice.not_closed", notice=pk, code=refusal.code)
        else:
            closed += 1
    return closed
