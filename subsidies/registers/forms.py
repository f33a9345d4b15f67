"""What is asked when a list is brought, used or taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subsidies.registers.services import PARTS_MAX
from subsidies.registers.states import RegisterKind


class RegisterForm(forms.Form):
    """Whose list it is and as of which day."""

    kind = forms.ChoiceField(label=_("哪一种名册"), choices=RegisterKind.choices)
    as_of = forms.DateField(
        label=_("数据日期"),
        help_text=_("名册截至哪一天，照提供单位的说明填。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    source = forms.CharField(label=_("提供单位"), max_length=100, help_text=_("例如：市社会保险中心。"))
    parts = forms.IntegerField(
        label=_("整份名册有几个文件"),
        min_value=1,
        max_value=PARTS_MAX,
        initial=1,
        help_text=_("一个文件最多 20000 行，多的分成几个。全部导入、没有问题行，名册就自动启用。"),
    )


class FileForm(forms.Form):
    """One file of a list."""

    file = forms.FileField(label=_("名册文件"), error_messages={"required": _("请选择文件。")})


class WordsForm(forms.Form):
    """Why a list is used although something is missing, or taken back."""

    reason = forms.CharField(label=_("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed
