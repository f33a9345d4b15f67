"""Entering a budget: yuan as they are written on paper, kept as whole fen."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.desk import ANY
from subsidies.ledger.selectors import budget_places
from subsidies.ledger.services import LONGEST_REFERENCE
from subsidies.schemes.states import Fund
from workers.forms import RepairingForm, missing

_YUAN = re.compile(r"\d{1,12}(\.\d{1,2})?")


def fen_of(text: str) -> int | None:
    """``1,234.5`` → 123450; nothing when it is no amount in yuan with at most two places. No float comes near it."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("元").lstrip("¥")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", plain):
        plain = plain.replace(",", "")
    if not _YUAN.fullmatch(plain):
        return None
    return int(Decimal(plain) * 100)


class YuanField(forms.CharField):
    """An amount as people write it; the value is whole fen."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        fen = fen_of(text) if text else None
        if not fen:
            raise forms.ValidationError(_("请填大于 0 的金额，单位是元，最多两位小数，例如 1200000 或 1,200,000.50。"))
        return fen


class BudgetForm(RepairingForm):
    """A paper that gives money, or takes some back."""

    direction = forms.ChoiceField(
        label=gettext_lazy("办什么"),
        choices=[("allot", gettext_lazy("下达")), ("withdraw", gettext_lazy("收回"))],
        initial="allot",
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择下达还是收回。")),
    )
    fund = forms.ChoiceField(label=gettext_lazy("资金来源"), choices=Fund.choices)
    year = forms.TypedChoiceField(label=gettext_lazy("预算年度"), coerce=int)
    district_code = forms.ChoiceField(
        label=gettext_lazy("区划"),
        help_text=gettext_lazy("区里有自己的预算，先用区里的；没有的用市本级的。区里不够时不会自动用市里的。"),
    )
    amount = YuanField(
        label=gettext_lazy("金额（元）"),
        max_length=24,
        error_messages=missing(gettext_lazy("请填写金额。")),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reference = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=LONGEST_REFERENCE,
        help_text=gettext_lazy("下达或收回预算的文件编号。同一文号对同一预算只登记一次。"),
        error_messages=missing(gettext_lazy("请填写文号。")),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [on.year, on.year + 1, on.year - 1]
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["district_code"].choices = list(budget_places().items())  # type: ignore[attr-defined]

    @property
    def amount_fen(self) -> int:
        """Negative for what is taken back."""
        fen: int = self.cleaned_data["amount"]
        return fen if self.cleaned_data["direction"] == "allot" else -fen

    def refuse(self, refusal: Any) -> None:
        place = {
            "already_entered": "reference",
            "reference_missing": "reference",
            "reference_long": "reference",
            "budget_short": "amount",
            "amount_missing": "amount",
            "amount_large": "amount",
            "year_odd": "year",
        }.get(refusal.code)
        self.add_error(place, refusal.message)


class YearForm(forms.Form):
    """Which budgets are looked at."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int, required=False)
    fund = forms.ChoiceField(label=gettext_lazy("资金来源"), choices=[("", ANY), *Fund.choices], required=False)
    district = forms.ChoiceField(label=gettext_lazy("区划"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        places = [("", ANY), *budget_places().items()]
        self.fields["district"].choices = places  # type: ignore[attr-defined]
