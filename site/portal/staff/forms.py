"""The forms of the desktop."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Membership, Organisation
from foundation.accounts.states import STAFF, Role
from foundation.imports.headers import SERIAL
from foundation.imports.kinds import Kind
from foundation.imports.models import ImportBatch

STAFF_ROLES = [(role.value, role.label) for role in Role if role in STAFF]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会写入操作记录。")
    )


class GrantForm(forms.Form):
    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.order_by("name"))
    role = forms.ChoiceField(label=_("角色"), choices=STAFF_ROLES)
    starts_on = forms.DateField(label=_("从哪天起"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("到哪天止"), widget=DayInput(), required=False, help_text=_("含当天；长期有效的不填。")
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("截止日期早于起始日期。"))
        return values


class AccountForm(GrantForm):
    username = forms.CharField(
        label=_("用户名"), max_length=30, help_text=_("2 到 30 位小写字母、数字、点或横线，以字母开头。")
    )
    name = forms.CharField(label=_("姓名"), max_length=50)

    field_order = ["username", "name", "organisation", "role", "starts_on", "ends_on"]


class EndForm(ReasonForm):
    membership = forms.ModelChoiceField(label=_("要终止的角色"), queryset=Membership.objects.none())
    ends_on = forms.DateField(label=_("最后一天"), widget=DayInput(), help_text=_("含当天。"))

    field_order = ["membership", "ends_on", "reason"]

    def __init__(self, *args: Any, held: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = held  # type: ignore[attr-defined]
        self.fields["membership"].label_from_instance = lambda one: (  # type: ignore[attr-defined]
            f"{one.get_role_display()} · {one.organisation}"
        )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("文件"), allow_empty_file=True, help_text=_("Excel 表格（.xlsx、.xls）或 .csv，不超过 20 MB。")
    )


class SheetForm(forms.Form):
    sheet = forms.ChoiceField(label=_("工作表"))
    header_line = forms.IntegerField(
        label=_("表头在第几行"), min_value=1, max_value=1_048_576, required=False, help_text=_("不填则自动查找。")
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name or _("（文本文件）")) for name in batch.sheets]  # type: ignore[attr-defined]
        self.fields["sheet"].required = any(batch.sheets)


class ColumnsForm(forms.Form):
    """One question for each column the kind knows: which column of the file is it?"""

    def __init__(self, *args: Any, batch: ImportBatch, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"prefix": "column"}))
        self.serial = [index for index, code in batch.columns.items() if code == SERIAL]
        places = {code: index for index, code in batch.columns.items()}
        choices = [("", _("（文件里没有这一列）")), *_choices(batch.headers)]
        for column in kind.columns:
            place = places.get(column.code)
            hints = [str(column.hint)] if column.hint else []
            if place in batch.guessed:
                hints.append(str(_("这是按列名推测的，请核对。")))
            self.fields[column.code] = forms.ChoiceField(
                label=column.title,
                choices=choices,
                required=column.required,
                initial="" if place is None else str(place),
                help_text="；".join(hints),
                error_messages={"required": _("请选出是哪一列。")},
            )

    def mapping(self) -> dict[int, str]:
        """The answers as the batch keeps them. Two answers naming one column: the first stands."""
        chosen: dict[int, str] = {}
        for code, place in self.cleaned_data.items():
            if place:
                chosen.setdefault(int(place), code)
        return chosen | {index: SERIAL for index in self.serial if index not in chosen}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        seen: dict[str, str] = {}
        for code, place in list(values.items()):
            if place and place in seen:
                self.add_error(
                    code,
                    _("与“%(other)s”选了同一列。") % {"other": self.fields[seen[place]].label},
                )
            elif place:
                seen[place] = code
        return values


def _choices(headers: Iterable[str]) -> list[tuple[str, str]]:
    return [
        (str(index), _("第 %(number)d 列：%(name)s") % {"number": index + 1, "name": header})
        for index, header in enumerate(headers)
        if header
    ]
