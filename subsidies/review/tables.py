"""The columns of the lists of claims, and pages of lists too long to be counted."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import django_tables2 as tables
from django.conf import settings
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.calendar.selectors import ClockReading
from foundation.desk import NUMBER, MomentColumn, StaffResource, TagColumn, export_column
from foundation.desk import tag as tag_drawn
from foundation.policy.values import fen_text
from subsidies.claims.models import Claim, ClaimAppeal
from subsidies.claims.selectors.remedies import appeal_readings
from subsidies.claims.states import TONES, AppealState, ClaimState
from subsidies.review.selectors.desk import BY_DEADLINE, BY_RISK, Due, dues_of, finding_names
from subsidies.review.states import MOST, RED, YELLOW
from workers.districts import district_name

APPEAL_TONES: Mapping[str, str] = {
    AppealState.OPEN: "waiting",
    AppealState.UPHELD: "success",
    AppealState.REJECTED: "stopped",
    AppealState.WITHDRAWN: "neutral",
}


class LimitedPaginator(Paginator):
    """Pages of the first thousand rows: counting a million takes longer than anybody waits, and nobody turns so far.

    ``is_more`` says that there are others, which a filter brings nearer.
    """

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list.data.data  # type: ignore[attr-defined]
        counted: int = rows.order_by()[: MOST + 1].count()
        return counted

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def is_more(self) -> bool:
        return self._counted > MOST


# What is not to be broken in the middle.
WHOLE = {"td": {"class": "nowrap"}}


def place(code: str) -> str:
    """A district by its name; the city's own code is the city."""
    return str(settings.CITY_NAME) if code == settings.CITY_CODE else district_name(code)


@lru_cache(maxsize=1024)
def tag(label: str, tone: str) -> str:
    """A tag as the desktop draws it; a list shows the same few dozen of them again and again."""
    return tag_drawn(label, tone)


def due_words(due: Due) -> tuple[str, str]:
    """How long is left, in words and a tone."""
    if due.is_over:
        return _("已超期 %(days)d 个工作日") % {"days": -due.left}, "error"
    if due.left == 0:
        return _("今天到期"), "warning"
    words = ngettext("剩 %(days)d 个工作日", "剩 %(days)d 个工作日", due.left) % {"days": due.left}
    return words, "warning" if due.left == 1 else "neutral"


def risk_tone(risk: int) -> str:
    return "error" if risk >= RED else "warning" if risk >= YELLOW else "info" if risk else "success"


class ClaimTable(tables.Table):
    """All claims as those read them who read them all."""

    number = tables.Column(verbose_name=gettext_lazy("申领编号"), orderable=False, attrs=WHOLE)
    name = tables.Column(verbose_name=gettext_lazy("姓名"), accessor="worker__masked_name", orderable=False)
    scheme = tables.Column(verbose_name=gettext_lazy("补贴项目"), orderable=False)
    amount_fen = tables.Column(verbose_name=gettext_lazy("金额"), attrs=NUMBER, orderable=False)
    district_code = tables.Column(verbose_name=gettext_lazy("区"), orderable=False, attrs={"td": {"class": "nowrap"}})
    school = tables.Column(verbose_name=gettext_lazy("培训机构"), orderable=False)
    submitted_on = tables.DateColumn(
        verbose_name=gettext_lazy("提交日期"), format="Y-m-d", orderable=False, attrs=WHOLE
    )
    due_on = tables.Column(verbose_name=gettext_lazy("办理期限"), orderable=False, empty_values=())
    risk = tables.Column(verbose_name=gettext_lazy("核查结果"), orderable=False)
    state = tables.Column(verbose_name=gettext_lazy("状态"), orderable=False)

    class Meta:
        model = Claim
        fields = (
            "number", "name", "scheme", "amount_fen", "district_code", "school", "submitted_on", "due_on", "risk",
            "state",
        )  # fmt: skip
        attrs = {"caption": gettext_lazy("补贴申领")}

    lines: Sequence[SafeString] = ()

    def read(self, *, on: date, query: str = "") -> None:
        """Write the lines of this page, with all that they need besides themselves read at once.

        Cell by cell through the table's columns it took twice as long as everything else on the page. ``query`` is
        the list's own address, so that the next claim is the next of this list.
        """
        claims = list(self.page.object_list.data)
        self.lines = _lines(claims, on=on, query=f"?{query}" if query else "")


# In the order of the columns.
LINE = (
    '<tr><td class="nowrap"><a href="{}">{}</a></td><td>{}</td><td>{}</td><td class="number">{}</td><td>{}</td>'
    '<td>{}</td><td class="nowrap">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>'
)


def _lines(claims: Sequence[Claim], *, on: date, query: str) -> list[SafeString]:
    dues = dues_of(claims, on=on)
    names = finding_names([claim.pk for claim in claims if claim.risk])
    places = {code: place(code) for code in {claim.district_code for claim in claims}}
    amounts = {fen: fen_text(fen) for fen in {claim.amount_fen for claim in claims}}
    states = {state: tag(str(ClaimState(state).label), TONES[state]) for state in {claim.state for claim in claims}}
    return [
        format_html(
            LINE,
            reverse("review_claim", args=[claim.pk]) + query,
            claim.number,
            claim.worker.masked_name,
            claim.scheme.name,
            amounts[claim.amount_fen],
            places[claim.district_code],
            claim.school.organisation.name if claim.school else "—",
            claim.submitted_on.isoformat() if claim.submitted_on else "—",
            _due(dues.get(claim.pk)),
            _risk(claim, names.get(claim.pk, [])),
            states[claim.state],
        )
        for claim in claims
    ]


def _due(due: Due | None) -> SafeString | str:
    return format_html("{} {}", due.on.isoformat(), tag(*due_words(due))) if due else "—"


def _risk(claim: Claim, names: Sequence[str]) -> str:
    """What was found, by name; of many the first two."""
    if not claim.risk:
        return tag(_("没有发现"), "success") if claim.screened_at else tag(_("没有核查过"), "neutral")
    shown = "、".join(names[:2] or [_("有发现")])
    if len(names) > len(names[:2]):
        shown += _("等 %(count)d 项") % {"count": len(names)}
    return tag(shown, risk_tone(claim.risk))


class WorkTable(ClaimTable):
    """What waits for an officer: by the legal day, or by risk."""

    due_on = tables.Column(verbose_name=gettext_lazy("办理期限"), order_by=BY_DEADLINE, empty_values=())
    risk = tables.Column(verbose_name=gettext_lazy("核查结果"), order_by=BY_RISK)

    class Meta(ClaimTable.Meta):
        order_by = "due_on"
        attrs = {"caption": gettext_lazy("等您审核的申领")}


class ClaimResource(StaffResource):
    """A list of claims as a file, masked as on the screen."""

    number = export_column("number", gettext_lazy("申领编号"))
    name = export_column("worker__masked_name", gettext_lazy("姓名"))
    scheme = export_column("scheme__name", gettext_lazy("补贴项目"))
    amount = export_column("amount_fen", gettext_lazy("金额（元）"))
    district = export_column("district_code", gettext_lazy("区"))
    school = export_column("school", gettext_lazy("培训机构"))
    submitted = export_column("submitted_on", gettext_lazy("提交日期"))
    due = export_column("due_on", gettext_lazy("办理期限"))
    risk = export_column("risk", gettext_lazy("风险分"))
    channel = export_column("get_channel_display", gettext_lazy("申领方式"))
    state = export_column("get_state_display", gettext_lazy("状态"))

    def dehydrate_amount(self, claim: Claim) -> str:
        return f"{claim.amount_fen // 100}.{claim.amount_fen % 100:02d}"

    def dehydrate_district(self, claim: Claim) -> str:
        return place(claim.district_code)


class AppealTable(tables.Table):
    number = tables.Column(
        verbose_name=gettext_lazy("申领编号"),
        accessor="claim__number",
        linkify=("review_appeal", [tables.A("pk")]),
        orderable=False,
    )
    name = tables.Column(verbose_name=gettext_lazy("姓名"), accessor="claim__worker__masked_name", orderable=False)
    scheme = tables.Column(verbose_name=gettext_lazy("补贴项目"), accessor="claim__scheme", orderable=False)
    refusal = tables.Column(
        verbose_name=gettext_lazy("不予核定的情形"), accessor="claim__refusal", orderable=False, default="—"
    )
    made_at = MomentColumn(verbose_name=gettext_lazy("申诉时间"))
    due = tables.Column(verbose_name=gettext_lazy("答复期限"), orderable=False, empty_values=())
    state = TagColumn(verbose_name=gettext_lazy("状态"), tones=APPEAL_TONES)

    class Meta:
        model = ClaimAppeal
        fields = ("number", "name", "scheme", "refusal", "made_at", "due", "state")
        order_by = "made_at"
        attrs = {"caption": gettext_lazy("补贴申诉")}

    @cached_property
    def _readings(self) -> dict[int, ClockReading]:
        """The clocks of this page's appeals, read once."""
        shown = [row.record.pk for row in self.paginated_rows]
        return appeal_readings(shown, on=timezone.localdate())

    def render_due(self, record: ClaimAppeal) -> str:
        """The day, while an answer is awaited."""
        reading = self._readings.get(record.pk)
        if reading is None or reading.due_on is None or record.state != AppealState.OPEN:
            return "—"
        return str(_due(Due(reading.due_on, -1 if reading.overdue and reading.left >= 0 else reading.left)))
