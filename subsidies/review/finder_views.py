"""The lists of the desk, and the search for somebody's claims."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.requests import user_of
from subsidies.claims.models import Claim
from subsidies.claims.states import ClaimState
from subsidies.review.filters import AppealFilter, ClaimFilter, SearchForm, WorkFilter
from subsidies.review.pages import kept
from subsidies.review.selectors.desk import (
    appeals_at_desk,
    claims_at_desk,
    dues_of,
    finding_names,
    overdue,
    shown,
    work_list,
)
from subsidies.review.selectors.searching import claims_found
from subsidies.review.states import MOST, REVIEWERS
from subsidies.review.tables import AppealTable, ClaimResource, ClaimTable, LimitedPaginator, WorkTable, due_words

ROWS_A_PAGE = 25
NEWEST, PAID_LATELY = ("-pk",), ("-paid_on", "-pk")


class ClaimList(StaffList):
    """What both lists of claims share: pages that are not counted to the end, and a search."""

    template_name = "review/list.html"
    paginate_by = None  # type: ignore[assignment]  # the table's own pages are the only ones
    table_pagination = {"per_page": ROWS_A_PAGE, "paginator_class": LimitedPaginator}
    resource = ClaimResource
    is_work = False

    def waiting(self, user: User, on: date) -> QuerySet:
        """What waits for her, asked once for the list and for what of it is late."""
        if not hasattr(self, "_waiting"):
            self._waiting = work_list(user, on=on)
        return self._waiting

    def get_table(self, **kwargs: Any) -> Any:
        table = super().get_table(**kwargs)
        table.read(on=self.request.today, query=kept(self.request) if self.is_work else "")
        return table

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        on, is_officer = self.request.today, bool(REVIEWERS & self.request.roles)
        late = _late(self.waiting(self.request.user, on), on) if self.is_work else 0
        return context | {
            "search_form": SearchForm(),
            "late": late,
            "most": MOST,
            "is_officer": is_officer,
            "is_work": self.is_work,
            "query": kept(self.request),
        }


def _late(waiting: QuerySet, on: date) -> int:
    """How many are late, one more than the most that are told; in the order of an index, which stops there."""
    return overdue(waiting, on=on).order_by("due_on")[: MOST + 1].count()


class Work(ClaimList):
    name = "review_list"
    title = gettext_lazy("补贴审核")
    table_class = WorkTable
    filterset_class = WorkFilter
    is_work = True

    def visible(self, user: User, on: date) -> QuerySet:
        return shown(self.waiting(user, on))


class Claims(ClaimList):
    name = "review_all"
    title = gettext_lazy("全部补贴申领")
    table_class = ClaimTable
    filterset_class = ClaimFilter

    def visible(self, user: User, on: date) -> QuerySet:
        claims = shown(claims_at_desk(user, on=on))
        # Those that were paid lately first; all others by their number, the newest first.
        return claims.order_by(*(PAID_LATELY if self.request.GET.get("state") == ClaimState.PAID else NEWEST))


class Appeals(StaffList):
    name = "review_appeals"
    title = gettext_lazy("补贴申诉")
    table_class = AppealTable
    filterset_class = AppealFilter

    def visible(self, user: User, on: date) -> QuerySet:
        return appeals_at_desk(user, on=on)


@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Exactly one number, sent in the body: no address and no log keeps it."""
    if request.method != "POST":
        return redirect("review_all")
    form = SearchForm(request.POST)
    rows: list[dict[str, Any]] = []
    if form.is_valid():
        rows_found = claims_found(user_of(request), form.cleaned_data["text"], on=timezone.localdate())
        found = list(shown(rows_found)[:ROWS_A_PAGE])
        if len(found) == 1:
            return redirect("review_claim", found[0].pk)
        if not found:
            form.add_error("text", _("没有找到。请核对号码是否完整；也可能还没有申领。"))
        rows = _told(found)
    context = {"form": form, "rows": rows}
    return render(request, "review/found.html", context, status=422 if form.errors else 200)


def _told(claims: list[Claim]) -> list[dict[str, Any]]:
    dues, names = dues_of(claims, on=timezone.localdate()), finding_names([claim.pk for claim in claims])
    return [
        {
            "claim": claim,
            "due_words": due_words(dues[claim.pk]) if claim.pk in dues else None,
            "names": names.get(claim.pk, []),
        }
        for claim in claims
    ]
