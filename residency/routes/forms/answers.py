"""The questions that no file answers, one group at a time. "Not sure" is an answer; nothing is obligatory."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residency.routes.rules.changes import parts_of
from residency.routes.rules.conditions import SameEmployer
from residency.routes.rules.facts import EDUCATION, FACTS, LEVELS, MANNERS, PAPERS, SECOND, Applicant, Fact, Spell
from residency.routes.rules.facts import Record as FactRecord
from residency.routes.rules.packs import Route
from residency.routes.rules.words import KIND_WORDS

UNSURE, SOME, NONE = "unsure", "some", "none"
NOT_SURE = (UNSURE, gettext_lazy("不清楚"))
YES_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("不是")), NOT_SURE]
HAS = [(SOME, gettext_lazy("有")), (NONE, gettext_lazy("没有")), NOT_SURE]
LISTS = frozenset({"months", "periods", "records"})
MOST_ROWS = 12
MONTH = re.compile(r"^(\d{4})\D*?(\d{1,2})\D*$")
OLDEST = 1930
# Facts whose records are counted in a unit: how much of it is asked.
AMOUNTS = {
    "volunteering": gettext_lazy("多少小时"),
    "charity": gettext_lazy("多少元"),
    "tax": gettext_lazy("多少元"),
    "blood": gettext_lazy("几次"),
}


@dataclass(frozen=True)
class Asking:
    """One fact as the city's routes ask it: the kinds they tell apart, whether the employer or manner matters."""

    fact: Fact
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    has_manner: bool = False
    has_employer: bool = False

    @property
    def field(self) -> str:
        return self.fact.name.replace(".", "__")


def asking_of(routes: Iterable[Route], names: Iterable[str]) -> list[Asking]:
    """How these facts are asked, so that nothing is asked that no route needs."""
    every = [one for route in routes for one in parts_of(route, object)]
    return [_asking(name, every) for name in names]


def _asking(name: str, parts: list[Any]) -> Asking:
    kinds: list[str] = []
    places: list[str] = []
    has_manner = has_employer = False
    for one in parts:
        of = getattr(one, "of", ())
        compared = getattr(one, "employer_in", "")
        if name == compared:
            has_employer = True
        if name not in ((of,) if isinstance(of, str) else of):
            continue
        kinds += [*getattr(one, "kinds", ()), *getattr(one, "values", ())]
        places += getattr(one, "places", ())
        has_manner = has_manner or bool(getattr(one, "manners", ()))
        has_employer = has_employer or bool(compared) or isinstance(one, SameEmployer)
    return Asking(FACTS[name], tuple(dict.fromkeys(kinds)), tuple(dict.fromkeys(places)), has_manner, has_employer)


class MonthField(forms.CharField):
    """A month as people write it: 2019-3, 2019年3月, 201903. Kept as its first day."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        found = MONTH.match(text if not text.isdigit() or len(text) != 6 else f"{text[:4]}-{text[4:]}")
        try:
            year, month = (int(found[1]), int(found[2])) if found else (0, 0)
            return date(year if year >= OLDEST else 0, month, 1)
        except ValueError as error:
            raise forms.ValidationError(_("请写成“2019年3月”这样。")) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value.year}年{value.month}月" if isinstance(value, date) else value


@dataclass(frozen=True)
class Question:
    """A question as a page shows it: one field, or 有/没有/不清楚 with rows."""

    asking: Asking
    field: BoundField
    rows: tuple[tuple[BoundField, ...], ...] = ()
    may_add: bool = False


class AnswerForm(forms.Form):
    """One group of questions. ``given`` are the answers, ``unsure`` what she does not know; the rest stays open."""

    def __init__(
        self, *args: Any, asking: list[Asking], known: Applicant, unsure: Iterable[str], on: date, more: str = "",
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.asking, self.on, self.more = asking, on, more
        self.rows: dict[str, int] = {}
        self.given: dict[str, Any] = {}
        self.unsure: set[str] = set()
        for one in asking:
            self._add(one, known.get(one.fact.name), one.fact.name in set(unsure))
        if more:
            self._errors = forms.utils.ErrorDict()  # a row was asked for: nothing is judged yet, nothing is lost

    def _add(self, one: Asking, known: Any, is_unsure: bool) -> None:
        if one.fact.kind not in LISTS:
            self.fields[one.field] = simple_field(one)
            self.initial[one.field] = UNSURE if is_unsure else simple_initial(one, known)
            return
        self.fields[one.field] = forms.ChoiceField(
            label=question_of(one), choices=HAS, required=False, widget=forms.RadioSelect
        )
        self.initial[one.field] = UNSURE if is_unsure else None if known is None else SOME if known else NONE
        held = list(known or ())
        asked = str(self.data.get(f"{one.field}-rows", ""))
        count = int(asked) if asked.isdecimal() and len(asked) < 3 else max(len(held), 1)
        self.rows[one.field] = count = min(count + (self.more == one.field), MOST_ROWS)
        for number in range(count):
            for name, field in row_fields(one).items():
                self.fields[f"{one.field}-{number}-{name}"] = field
                if number < len(held):
                    self.initial[f"{one.field}-{number}-{name}"] = getattr(held[number], name)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for one in self.asking:
            value = answers.get(one.field)
            if one.fact.kind in LISTS:
                self._clean_list(one, value, answers)
            elif value == UNSURE:
                self.unsure.add(one.fact.name)
            elif value not in (None, ""):
                self.given[one.fact.name] = (value == "yes") if one.fact.kind == "yes" else value
        return answers

    def _clean_list(self, one: Asking, has: str | None, answers: dict[str, Any]) -> None:
        made = [row for number in range(self.rows[one.field]) if (row := self._row(one, number, answers)) is not None]
        if has == NONE and made:
            self.add_error(one.field, _("选了“没有”，下面又填了内容。请选“有”，或者把下面清空。"))
        elif has == NONE:
            self.given[one.fact.name] = ()
        elif has == UNSURE:
            self.unsure.add(one.fact.name)
        elif made:
            self.given[one.fact.name] = tuple(made)
        elif has == SOME and not any(name.startswith(f"{one.field}-") for name in self.errors):
            self.add_error(one.field, _("选了“有”，请在下面填一填；记不清的，选“不清楚”。"))

    def _row(self, one: Asking, number: int, answers: dict[str, Any]) -> Spell | FactRecord | None:
        prefix = f"{one.field}-{number}-"
        said = {name: answers.get(prefix + name) for name in row_fields(one)}
        first = "on" if one.fact.kind == "records" else "first"
        if all(value in (None, "") for name, value in said.items() if name != "manner"):
            return None
        began, ended = said[first], said.get("last")
        if began is None:
            if prefix + first not in self.errors:
                self.add_error(prefix + first, _("请填写时间。记不清哪一天的，写一个大概的日子。"))
            return None
        if began > self.on:
            self.add_error(prefix + first, _("这个时间在今天以后，请核对。"))
        if ended is not None and ended < began:
            self.add_error(prefix + "last", _("结束的时间早于开始的时间，请核对。"))
        for name in ("kind", "paper"):
            if name in said and not said[name]:
                self.add_error(prefix + name, _("请选一项。分不清的，上面选“不清楚”。"))
        given = {name: value for name, value in said.items() if value not in (None, "")}
        return FactRecord(**given) if one.fact.kind == "records" else Spell(**given)

    def questions(self) -> Iterator[Question]:
        for one in self.asking:
            if one.fact.kind not in LISTS:
                yield Question(one, self[one.field])
                continue
            rows = tuple(
                tuple(self[f"{one.field}-{number}-{name}"] for name in row_fields(one))
                for number in range(self.rows[one.field])
            )
            yield Question(one, self[one.field], rows, len(rows) < MOST_ROWS)


def question_of(one: Asking) -> str:
    asked = str(one.fact.question)
    if one.fact.kind == "months":  # five kinds of insurance share a question
        asked = _("%(fact)s：%(question)s") % {"fact": one.fact.label, "question": asked}
    if one.fact.name.startswith(SECOND):
        return _("另一位申请人（例如配偶）：%(question)s") % {"question": asked}
    return asked


def simple_field(one: Asking) -> forms.Field:
    label, kind = question_of(one), one.fact.kind
    if kind == "yes":
        return forms.ChoiceField(label=label, choices=YES_NO, required=False, widget=forms.RadioSelect)
    if kind == "education" or (kind == "text" and one.kinds):
        options: Mapping[str, Any] = EDUCATION if kind == "education" else {name: name for name in one.kinds}
        others = [("other", gettext_lazy("都不是"))] if kind == "text" else []
        choices = [*options.items(), *others, NOT_SURE]
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
    if kind == "day":
        return day_field(label)
    if kind == "number":
        return NumberField(label=label, required=False, help_text=_("写数字。不清楚就空着。"), widget=number_input())
    return forms.CharField(label=label, required=False, max_length=40, help_text=_("不清楚就空着。"))


def simple_initial(one: Asking, known: Any) -> Any:
    if known is None:
        return None
    return ("yes" if known else "no") if one.fact.kind == "yes" else known


class NumberField(forms.CharField):
    """A number, full-width digits too."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        try:
            number = Decimal(text) if len(text) <= 12 and "e" not in text.lower() else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or number < 0:
            raise forms.ValidationError(_("请写数字，例如 50。"))
        return number


def number_input() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": "8"})


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.SelectDateWidget,
        error_messages={"invalid": _("这个日期不对，请按年、月、日填写，或者都空着。")},
    )


def month_field(label: Any, help_text: Any = "") -> MonthField:
    return MonthField(
        label=label, help_text=help_text, required=False, max_length=20, widget=forms.TextInput(attrs={"size": "12"})
    )


def row_fields(one: Asking) -> dict[str, forms.Field]:
    """The fields of one row: a stretch of time or a record, and no more of it than the routes tell apart."""
    found: dict[str, forms.Field] = {}
    if one.fact.kind == "months":
        found["first"] = month_field(_("从哪个月起"), _("例如 2019年3月。"))
        found["last"] = month_field(_("到哪个月"), _("现在还在缴，就空着。中间断过的，分几段填。"))
        if one.has_manner:
            found["manner"] = choice(_("怎么缴的"), MANNERS.items())
    elif one.fact.kind == "periods":
        found["first"] = day_field(_("从哪天起"))
        found["last"] = day_field(_("到哪天"), _("现在还是这样，就空着。"))
    else:
        found["on"] = day_field(_("哪天"), _("证书上的日期，或者当天的日期。"))
    found |= _more_fields(one)
    return found


def _more_fields(one: Asking) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    if one.fact.name == "certificates":
        found["kind"] = choice(_("几级"), [("", "—"), *LEVELS.items()])
        found["paper"] = choice(_("哪种证书"), [("", "—"), *PAPERS.items()])
    elif one.kinds:
        found["kind"] = choice(_("哪一种"), [("", "—"), *((kind, KIND_WORDS.get(kind, kind)) for kind in one.kinds)])
    if one.fact.name in AMOUNTS:
        found["amount"] = NumberField(label=AMOUNTS[one.fact.name], required=False, widget=number_input())
    if one.places:
        found["place"] = choice(_("在哪里"), [("", _("别的地方")), *((place, place) for place in one.places)])
    if one.has_employer:
        found["employer"] = forms.CharField(label=_("单位名称"), required=False, max_length=60)
    return found


def choice(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), required=False)
