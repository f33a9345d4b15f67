"""Forms of the policy desk. Officers write yuan; the services store fen."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from foundation.policy.models import Parameter, ParameterVersion, PolicyDocument
from foundation.policy.services import DocumentFields, VersionFields
from foundation.policy.states import PLACES, Unit

HUNDRED = Decimal(100)


def _days(instance: Any) -> dict[str, Any]:
    """The first and last day of a row's period, as the form shows them."""
    effective = instance.effective if instance is not None and instance.pk else None
    if effective is None:
        return {}
    last = effective.upper - timedelta(days=1) if effective.upper else None
    return {"effective_from": effective.lower, "effective_to": last}


class DocumentForm(forms.ModelForm):
    city_code = forms.ChoiceField(label=_("适用地区"), choices=list(PLACES.items()))
    effective_from = forms.DateField(label=_("生效日期"), required=False, widget=AdminDateInput)
    effective_to = forms.DateField(
        label=_("失效日期"), required=False, widget=AdminDateInput, help_text=_("最后一天；未见失效规定时留空。")
    )

    class Meta:
        model = PolicyDocument
        fields = ["doc_no", "title", "issuer", "issued_on", "city_code", "level", "provenance", "address", "note"]
        widgets = {"issued_on": AdminDateInput, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = _days(kwargs.get("instance")) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def fields_for_service(self) -> DocumentFields:
        return DocumentFields(**self.cleaned_data)


class ParameterForm(forms.ModelForm):
    city_code = forms.ChoiceField(label=_("适用地区"), choices=list(PLACES.items()))

    class Meta:
        model = Parameter
        fields = ["code", "meaning", "unit", "city_code"]


class VersionForm(forms.ModelForm):
    effective_from = forms.DateField(label=_("开始执行日期"), widget=AdminDateInput)
    effective_to = forms.DateField(
        label=_("最后执行日期"), required=False, widget=AdminDateInput, help_text=_("执行到另有规定为止时留空。")
    )

    class Meta:
        model = ParameterVersion
        fields = ["parameter", "value", "effective_from", "effective_to", "document", "article", "provenance", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"value": _("金额以元为单位填写，例如 700；其他按参数的单位填写。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        initial = _days(instance)
        if instance is not None and instance.pk:
            money = instance.parameter.unit == Unit.FEN
            initial["value"] = (instance.value / HUNDRED if money else instance.value).normalize()
            initial["value"] = f"{initial['value']:f}"
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def fields_for_service(self) -> VersionFields:
        data = self.cleaned_data
        money = data["parameter"].unit == Unit.FEN
        return VersionFields(
            value=data["value"] * HUNDRED if money else data["value"],
            effective_from=data["effective_from"],
            effective_to=data["effective_to"],
            document_id=data["document"].pk,
            provenance=data["provenance"],
            article=data["article"],
            note=data["note"],
        )

    def _post_clean(self) -> None:
        """The service checks the row; the form's own value is in yuan and must not reach the model."""


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由或说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class InForceForm(forms.Form):
    """Which place, on which day."""

    city = forms.ChoiceField(label=_("地区"), choices=list(PLACES.items()))
    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
