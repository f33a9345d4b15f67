"""A worker's own receipt."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.privacy.services import personal_reveal
from foundation.privacy.states import Purpose
from foundation.requests import user_of
from subsidies.payments.pages import PDF, download
from subsidies.payments.printing import receipt_file
from subsidies.payments.selectors.desk import line_paid
from subsidies.schemes.states import Payee
from workers.selectors import proven_worker_of


@never_cache
@require_safe
def my_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of a claim that was paid to her; her account number is masked on it too."""
    user, line = user_of(request), line_paid(pk)
    worker = proven_worker_of(user)
    if line is None or worker is None or line.claim.worker_id != worker.pk or line.claim.payee != Payee.WORKER:
        raise Http404
    personal_reveal(
        viewer=user,
        subject=worker,
        field="name",
        purpose=Purpose.OWN_DATA,
        note=f"{_('到账凭证')} {line.claim.number}",
        on=timezone.localdate(),
    )
    answer: HttpResponse = download(receipt_file(line, is_own=True), f"{_('到账凭证')} {line.claim.number}.pdf", PDF)
    return answer
