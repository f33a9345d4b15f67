"""What the law says of a scheme on a day, laid out for people: every line with its figure, paper and article."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.policy.engine import Message, words
from foundation.policy.errors import PolicyGapError
from foundation.policy.models import ParameterVersion
from foundation.policy.selectors import Difference
from foundation.policy.states import Origin, Unit, VersionStatus, places_above
from foundation.policy.values import ParameterValue, Period, is_checked
from subsidies.schemes.limits import limits_of
from subsidies.schemes.models import DatedLaw, OccupationFlag, Scheme
from subsidies.schemes.rules import CLASSES, KINDS, LEVELS
from subsidies.schemes.selectors import SchemeFigures, figures_of
from subsidies.schemes.services import papers_of
from subsidies.schemes.states import SchemeState

# How conditions with a figure are said; the rest say what their parameter means.
SAID = {
    "age.limit": "needed.subsidy.age",
    "paid.min": "needed.subsidy.insured",
    "hours.min": "needed.subsidy.hours",
    "count.max": "needed.subsidy.count_max",
    "count.per_year": "needed.subsidy.count_per_year",
}
MONEY = ("amount", "uplift", "per_hour", "per_day", "share", "reference", "fee", "ceiling", "short_course")
CAPS = frozenset({"hours.max", "days.max"})
LIMITS = frozenset({"audit_limit", "publicity_days", "objection_limit", "payment_limit", "correction_limit"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: what it says, the figure if it has one, and where it stands."""

    label: str
    text: str
    document: str
    article: str
    is_verified: bool
    period: Period


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a claim and how many working days it may take."""

    title: str
    text: str
    limit: Line | None


@dataclass(frozen=True, slots=True)
class Sheet:
    scheme: Scheme
    on: date
    is_in_force: bool
    last_day: date | None
    amounts: tuple[Line, ...]
    conditions: tuple[Line, ...]
    others: tuple[Line, ...]
    steps: tuple[StepLine, ...]
    lowest_fen: int | None
    highest_fen: int | None
    # Conditions whose figure has ended with nothing in its stead: nobody is answered yes or no.
    lapsed: tuple[str, ...]

    @property
    def is_answerable(self) -> bool:
        """Whether anybody can be told an amount today."""
        return self.is_in_force and bool(self.amounts) and not self.lapsed


@dataclass(frozen=True, slots=True)
class Past:
    """A figure with all its values, the latest first."""

    label: str
    values: tuple[Line, ...]


def sheet_of(scheme: Scheme, *, on: date, with_steps: bool = True) -> Sheet:
    """The scheme by the figures in force on the day."""
    figures = figures_of(scheme, on=on)
    period = Period.of(scheme.effective.lower, scheme.effective.upper)
    named = {code.removeprefix(f"{scheme.code}."): figure for code, figure in figures.items()}
    money = {name: one for name, one in named.items() if _is_money(name)}
    asked = {name: one for name, one in named.items() if name not in money and name not in LIMITS}
    known = frozenset(SAID) | {"claim_window"}
    conditions = [name for name in asked if asked[name].unit == Unit.SWITCH or name in known]
    amounts = [one.amount_fen for one in figures.values() if one.unit == Unit.FEN and ".ceiling" not in one.code]
    return Sheet(
        scheme=scheme,
        on=on,
        is_in_force=on in period,
        last_day=period.last,
        amounts=tuple(line_of(name, money[name]) for name in sorted(money, key=_money_order)),
        conditions=tuple(_conditions({name: asked[name] for name in conditions})),
        others=tuple(line_of(name, asked[name]) for name in sorted(asked) if name not in conditions),
        steps=tuple(steps_of(scheme, on=on)) if with_steps else (),
        lowest_fen=min(amounts, default=None),
        highest_fen=max(amounts, default=None),
        lapsed=figures.lapsed,
    )


def line_of(name: str, figure: ParameterValue) -> Line:
    """One figure in the words people use for it."""
    document = figure.doc_no or figure.document_title
    return Line(_label(name, figure), _text(name, figure), document, figure.article, figure.verified, figure.effective)


# In what order people read conditions: who she is, what she holds, by when, what she had before.
ORDER = (
    *("requires.identity", "requires.registered", "requires.not_pensioner", "requires.not_on_public_payroll"),
    *("requires.not_student", "age.limit", "group", "paid.min", "certificate", "level"),
    *("requires.certificate_confirmed", "requires.certificate_valid", "claim_window", "hours.min", "count.max"),
    *("count.per_year", "requires.once_per_level", "requires.no_downgrade", "requires.one_fund", "requires.account"),
)
LISTED = {"group": ("group", ()), "certificate": ("certificate_kind", KINDS), "level": ("level", LEVELS)}


def _conditions(asked: dict[str, ParameterValue]) -> Iterator[Line]:
    """What is asked, one line each; certificates, levels and groups one line for all that count."""
    together: dict[str, list[str]] = defaultdict(list)
    for name, figure in asked.items():
        prefix = name.partition(".")[0]
        if figure.unit != Unit.SWITCH or figure.value:
            together[prefix if prefix in LISTED else name].append(name)
    for name in sorted(together, key=lambda one: _place(one, ORDER)):
        if name in LISTED:
            yield _listed(name, {one: asked[one] for one in together[name]})
        elif name.startswith("requires."):
            rest = name.removeprefix("requires.")
            yield _joined(words(f"check.subsidy.{rest}"), words(f"needed.subsidy.{rest}"), [asked[name]])
        else:
            yield line_of(name, asked[name])


def _listed(prefix: str, asked: dict[str, ParameterValue]) -> Line:
    """Any of several: 有其中一种：……"""
    title, order = LISTED[prefix]
    names = sorted(asked, key=lambda name: _place(name.partition(".")[2], order))
    options = tuple(_option(prefix, name) for name in names)
    needed = words(Message(f"needed.subsidy.{title}", (("options", options),)))
    return _joined(words(f"check.subsidy.{title}"), needed, [asked[name] for name in names])


def _option(prefix: str, name: str) -> str:
    rest = name.partition(".")[2]
    return f"group.{rest}" if prefix == "group" else rest


def _joined(label: str, text: str, figures: list[ParameterValue]) -> Line:
    """One line that stands on several figures: their papers once each, checked only when all are."""
    documents = "、".join(dict.fromkeys(one.doc_no or one.document_title for one in figures))
    articles = "、".join(dict.fromkeys(one.article for one in figures if one.article))
    return Line(label, text, documents, articles, all(one.verified for one in figures), figures[0].effective)


def _label(name: str, figure: ParameterValue) -> str:
    parts = name.split(".")
    if parts[0] in {"amount", "ceiling"} and len(parts) > 1:
        shown = [words(f"step.subsidy.{one}" if one in CLASSES else f"value.{one}") for one in parts[1:]]
        return " · ".join(shown) if parts[0] == "amount" else figure.meaning
    if parts[0] == "uplift":
        return words(f"step.subsidy.{parts[1]}")
    titles = {"age.limit": "age", "paid.min": "insured", "hours.min": "hours", "claim_window": "claim_window"}
    titles |= {"count.max": "count_max", "count.per_year": "count_per_year"}
    return words(f"check.subsidy.{titles[name]}") if name in titles else figure.meaning


def _text(name: str, figure: ParameterValue) -> str:
    if name.startswith("uplift."):
        return words(Message("operation.uplift", (("value", figure.value), ("unit", figure.unit))))
    if name in SAID:
        return words(Message(SAID[name], (("value", figure.value), ("unit", figure.unit))))
    if name == "claim_window":
        return words(Message("needed.subsidy.claim_window.unknown", (("months", int(figure.value)),)))
    return figure.text


def _is_money(name: str) -> bool:
    return name.partition(".")[0] in MONEY or name in CAPS


def _money_order(name: str) -> tuple[int, int, int, str]:
    parts = name.split(".")
    tables = [one for one in parts[1:-1] if one in CLASSES]
    return MONEY.index(parts[0]) if parts[0] in MONEY else 99, len(tables), _place(parts[-1], LEVELS), name


def _place(name: str, order: Iterable[str]) -> int:
    listed = list(order)
    return listed.index(name) if name in listed else len(listed)


def steps_of(scheme: Scheme, *, on: date) -> Iterator[StepLine]:
    """The way of a claim, each step with its limit; without limits where nobody set any."""
    try:
        limits = limits_of(scheme, on=on)
    except PolicyGapError:
        limits = None
    who = (
        _("培训机构在网上申领，要有每位学员的授权。")
        if scheme.payee == "school"
        else _("在手机上申领，信息自动带入，不用重填。没有手机的，到服务窗口由工作人员代办。")
    )
    lines = [
        (_("申领"), who, None),
        (
            _("审核"),
            _("一位工作人员初审，另一位工作人员复核。要补材料的，会说清补什么，补正的时间不算在内。"),
            "decide",
        ),
        (_("补正"), _("退回补正的，在期限内补好再交。"), "correct"),
        (_("公示"), _("通过以后在网上公示，身份证号码遮住中间几位。"), "publicity"),
        (_("处理异议"), _("公示期间有人提出异议的，查清以后再办。"), "objection"),
        (_("拨付"), _("公示期满没有异议的，由第三位工作人员汇入收款账户，并发短信告诉您。"), "pay"),
    ]
    for title, text, field in lines:
        figure = getattr(limits, field) if limits and field else None
        yield StepLine(title, text, line_of(field or "", figure) if figure else None)


def history_of(scheme: Scheme) -> list[Past]:
    """Every published value of the scheme's figures, from the nearest place that has the figure."""
    places = places_above(scheme.city_code)
    versions = (
        ParameterVersion.objects.filter(
            status=VersionStatus.PUBLISHED,
            parameter__code__startswith=f"{scheme.code}.",
            parameter__city_code__in=places,
        )
        .select_related("parameter", "document")
        .order_by("parameter__code", "-effective")
    )
    found: dict[str, dict[str, list[ParameterVersion]]] = defaultdict(lambda: defaultdict(list))
    for version in versions:
        found[version.parameter.code][version.parameter.city_code].append(version)
    past = []
    for code, by_place in found.items():
        name = code.removeprefix(f"{scheme.code}.")
        if name.partition(".")[0] in {"requires", "certificate", "level", "group"}:
            continue
        nearest = by_place[min(by_place, key=places.index)]
        past.append(
            (name, Past(_label(name, value_of(nearest[0])), tuple(line_of(name, value_of(v)) for v in nearest)))
        )
    return [one for _name, one in sorted(past, key=lambda pair: _money_order(pair[0]))]


def value_of(version: ParameterVersion) -> ParameterValue:
    """A published value as the engine sees it."""
    return ParameterValue(
        code=version.parameter.code,
        value=version.value,
        unit=version.parameter.unit,
        version_id=version.pk,
        article=version.article,
        doc_no=version.document.doc_no,
        document_title=version.document.title,
        effective=version.period,
        verified=version.is_verified,
        provenance=version.provenance,
        city_code=version.parameter.city_code,
        meaning=version.parameter.meaning,
    )


def law_is_verified(row: DatedLaw) -> bool:
    """Whether the row itself may be shown without 待核实: only what came with the platform from an official text."""
    origin = Origin.OFFICER if row.drafted_by_id else Origin.BASE
    return is_checked(row.provenance, origin=origin, by_officer=False)


def schemes_waiting(user: User) -> QuerySet[Scheme]:
    """Drafts that another officer made, for this one to look through and publish."""
    return Scheme.objects.filter(state=SchemeState.DRAFT).exclude(drafted_by=user)


def flags_waiting(user: User) -> QuerySet[OccupationFlag]:
    """Drafts of the catalogue that another officer made."""
    return OccupationFlag.objects.filter(state=SchemeState.DRAFT).exclude(drafted_by=user)


# --- for the desk: what a draft changes ---------------------------------------------------------------------------


def edition_before(row: DatedLaw) -> DatedLaw | None:
    """The published row a draft would follow: in force on its first day, else the last before."""
    if isinstance(row, Scheme):
        rows = Scheme.objects.filter(code=row.code, city_code=row.city_code)
    else:
        assert isinstance(row, OccupationFlag)
        rows = OccupationFlag.objects.filter(
            city_code=row.city_code,
            occupation=row.occupation_id,
            work_type=row.work_type_id,
            level=row.level,
            flag=row.flag,
        )  # type: ignore[assignment]
    earlier = rows.filter(state=SchemeState.PUBLISHED, effective__startswith__lte=row.effective.lower)
    return earlier.exclude(pk=row.pk).select_related("document").order_by("-effective__startswith").first()


def differences(before: DatedLaw | None, after: DatedLaw) -> list[Difference]:
    """What a draft says otherwise than the row it follows; against nothing, everything is new."""
    found = []
    kept_apart = {"id", "state", "drafted_by", "published_by", "published_at", "is_demonstration", "city_code"}
    for field in after._meta.concrete_fields:
        if field.name in kept_apart:
            continue
        old, new = _field_text(before, field.name) if before else "", _field_text(after, field.name)
        if old != new:
            found.append(Difference(field.name, str(field.verbose_name), old, new))
    if isinstance(after, Scheme):
        old, new = _papers_text(before) if isinstance(before, Scheme) else "", _papers_text(after)
        if old != new:
            found.append(Difference("papers", _("申领材料"), old, new))
    return found


def figure_differences(before: DatedLaw | None, draft: Scheme) -> list[Difference]:
    """The figures and requirements that hold from the draft's first day and did not hold the day before."""
    first = draft.effective.lower
    now = figures_of(draft, on=first)
    old = figures_of(draft, on=first - timedelta(days=1)) if before else SchemeFigures({}, city=now.city, on=now.on)
    found = []
    for code in sorted({*now, *old}, key=lambda one: _money_order(one.removeprefix(f"{draft.code}."))):
        name = code.removeprefix(f"{draft.code}.")
        former, later = _said(old, code), _said(now, code)
        if former != later:
            figure = now[code] if code in now else old[code]
            found.append(Difference(code, figure.meaning or name, former, later))
    return found


def _said(figures: SchemeFigures, code: str) -> str:
    if code not in figures:
        return ""
    figure = figures[code]
    if figure.unit == Unit.SWITCH:
        return _("要求") if figure.value else _("不要求")
    return figure.text


def _field_text(row: DatedLaw, name: str) -> str:
    if name == "effective":
        last = row.effective.upper - timedelta(days=1) if row.effective.upper else _("长期")
        return f"{row.effective.lower:%Y-%m-%d} — {last}"
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    return "" if value is None else str(value)


def _papers_text(scheme: Scheme) -> str:
    return "；".join(
        f"{one.title}（{_('免提交') if one.is_on_file else _('必须提交') if one.is_required else _('有的话提交')}）"
        for one in papers_of(scheme)
    )
