"""What leaves the desktop as a file: the columns of a list, masked, with nothing a spreadsheet would run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources
from import_export.formats.base_formats import CSV, XLSX, Format

FORMATS: dict[str, type[Format]] = {"xlsx": XLSX, "csv": CSV}
# The wide forms are what Chinese keyboards give; some spreadsheets take them for the narrow ones.
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLANKS = " \u00a0\u200b\u3000\ufeff"
ENDS_A_CELL = ("\t", "\r", "\n")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula. The library's own escape knows only the sign of equality."""
    # Blanks before the sign are dropped by some of them.
    return f"'{text}" if text.startswith(ENDS_A_CELL) or text.lstrip(_BLANKS).startswith(RUN_BY_SPREADSHEETS) else text


class StaffResource(resources.Resource):
    """Values come from ``dehydrate_<field>`` or the attribute, always as text."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> str:
        value = super().export_field(field, instance, **kwargs)
        return harmless("" if value is None else str(value))


def export_column(attribute: str, title: Any) -> fields.Field:
    """A column of a file, taken from an attribute."""
    return fields.Field(attribute=attribute, column_name=title)


class ExportForm(forms.Form):
    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明这份文件用来做什么。用途、条件和条数会写入操作记录。"),
    )
    format = forms.ChoiceField(
        label=_("格式"), choices=[(name, name.upper()) for name in FORMATS], widget=forms.RadioSelect, initial="xlsx"
    )
