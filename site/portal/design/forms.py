"""The form of the preferences page, and of the buttons at the top of every page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.design.preferences import TEXT_SIZES

ON_OFF = [("1", _("打开")), ("0", _("关闭"))]


def _flag(value: str) -> bool | None:
    return None if value == "" else value == "1"


class PreferencesForm(forms.Form):
    """Every answer may be left out: what is not answered stays as it was."""

    elder = forms.TypedChoiceField(
        label=_("长辈模式"),
        help_text=_("字更大,按钮更大,一次只看一件事。"),
        choices=ON_OFF,
        widget=forms.RadioSelect,
        coerce=_flag,
        empty_value=None,
        required=False,
    )
    size = forms.TypedChoiceField(
        label=_("字号"),
        choices=list(
            zip(TEXT_SIZES, [_("标准"), _("大"), _("特大"), _("最大")], strict=True),
        ),
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )
    contrast = forms.TypedChoiceField(
        label=_("高对比"),
        help_text=_("黑白分明,看不清颜色时使用。"),
        choices=ON_OFF,
        widget=forms.RadioSelect,
        coerce=_flag,
        empty_value=None,
        required=False,
    )
