"""The form of the preferences page, and of the buttons at the top of every page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.design.preferences import TEXT_SIZES

ON_OFF = [("1", _("打开")), ("0", _("关闭"))]


def _is_on(value: str) -> bool:
    return value == "1"


class PreferencesForm(forms.Form):
    """How pages look. A button at the top of a page answers one question; ``only`` drops the others."""

    elder = forms.TypedChoiceField(
        label=_("长辈模式"),
        help_text=_("字更大，按钮更大，页面更简单。"),
        choices=ON_OFF,
        widget=forms.RadioSelect,
        coerce=_is_on,
    )
    size = forms.TypedChoiceField(
        label=_("字号"),
        choices=list(zip(TEXT_SIZES, [_("标准"), _("大"), _("特大"), _("最大")], strict=True)),
        widget=forms.RadioSelect,
        coerce=int,
    )
    contrast = forms.TypedChoiceField(
        label=_("高对比"),
        help_text=_("黑白分明。看不清颜色时，请打开。"),
        choices=ON_OFF,
        widget=forms.RadioSelect,
        coerce=_is_on,
    )

    def only(self, names: set[str]) -> "PreferencesForm":
        """The same form with the answered questions only: what is not answered stays as it was."""
        self.fields = {name: field for name, field in self.fields.items() if name in names}
        return self
