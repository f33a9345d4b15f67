"""The desk: every pack with how far it came, masked; those that did not get through lead to the dead letters."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.desk import StaffList
from foundation.outbox.states import MessageState
from foundation.requests import user_of
from residency.evidence.filters import PackFilter
from residency.evidence.pages import person_shown, sent_context
from residency.evidence.selectors.packs import packs_visible_to, withdrawals_visible_to
from residency.evidence.tables import PackTable
from residency.evidence.words import timeline_of, withdrawal_standing


class Packs(StaffList):
    name = "evidence_packs"
    title = _("证明材料")
    template_name = "evidence/desk.html"
    table_class = PackTable
    filterset_class = PackFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return packs_visible_to(user, on=on)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        orders = withdrawals_visible_to(self.request.user, on=self.request.today)[:50]
        told = [{"order": one, "standing": withdrawal_standing(one)} for one in orders]
        return super().get_context_data(**kwargs) | {
            "orders": told,
            "may_see_dead": Role.ADMINISTRATOR in self.request.roles,
        }


@never_cache
@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it says without name and number, what happened, and where it hangs."""
    found = packs_visible_to(user_of(request), on=timezone.localdate()).filter(pk=pk).first()
    if found is None:
        raise Http404
    message = found.message
    is_dead = message is not None and message.state == MessageState.DEAD
    context = sent_context(found) | {
        "person": person_shown(found.file.worker, {}),
        "events": timeline_of(found),
        "results": found.results.order_by("-recorded_at", "-pk"),
        "is_dead": is_dead,
        "may_send": is_dead and Role.ADMINISTRATOR in request.roles,  # type: ignore[attr-defined]
    }
    return render(request, "evidence/officer_pack.html", context)
