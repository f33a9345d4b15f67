"""Forms of class claims. They check words; services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.forms import RefusableForm
from workers.files import FILE_CODES
from workers.forms import PAPERS, missing

FIELD_OF_CODE = {
    "account_differs": "typed",
    "account_invalid": "account",
    "holder_differs": "holder",
    "answer_missing": "answer",
    "reason_missing": "reason",
} | dict.fromkeys(FILE_CODES, "paper")
NUMBER = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}


class SchoolForm(RefusableForm):
    """Every form of the class claims: the same codes are about the same fields."""

    field_of_code = FIELD_OF_CODE


class PaperForm(SchoolForm):
    """The paper a worker signed."""

    paper = forms.FileField(
        label=gettext_lazy("签字的委托书"),
        help_text=gettext_lazy("照片或 PDF，不超过 10 MB。要看得清本人签名和日期。"),
        widget=forms.FileInput(attrs={"accept": PAPERS}),
        error_messages=missing(gettext_lazy("请选择签字的委托书。")),
    )


class AccountForm(SchoolForm):
    """对公账户. The number is typed twice and never shown again."""

    holder = forms.CharField(
        label=gettext_lazy("户名"),
        help_text=gettext_lazy("和机构名称一致。"),
        max_length=100,
        error_messages=missing(gettext_lazy("请填写户名。")),
    )
    bank = forms.CharField(
        label=gettext_lazy("开户银行"),
        help_text=gettext_lazy("写到支行，例如：某某银行某某支行。"),
        max_length=100,
        error_messages=missing(gettext_lazy("请填写开户银行。")),
    )
    account = forms.CharField(
        label=gettext_lazy("对公账号"),
        help_text=gettext_lazy("对照开户证明填写。保存以后谁也看不到完整的账号，包括本校。"),
        max_length=60,
        widget=forms.PasswordInput(render_value=False, attrs=NUMBER),
        error_messages=missing(gettext_lazy("请填写对公账号。")),
    )
    again = forms.CharField(
        label=gettext_lazy("再填一遍账号"),
        max_length=60,
        widget=forms.PasswordInput(render_value=False, attrs=NUMBER),
        error_messages=missing(gettext_lazy("请再填一遍账号。")),
    )
    paper = forms.FileField(
        label=gettext_lazy("开户证明"),
        help_text=gettext_lazy("开户许可证或基本存款账户信息，照片或 PDF，不超过 10 MB。"),
        widget=forms.FileInput(attrs={"accept": PAPERS}),
        error_messages=missing(gettext_lazy("请选择开户证明。")),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("account") and answers.get("again") and answers["account"] != answers["again"]:
            self.add_error("again", _("两次填的账号不一样。请对照开户证明，两个都重新填。"))
        return answers


class ConfirmForm(SchoolForm):
    """An officer's own reading of the number."""

    typed = forms.CharField(
        label=gettext_lazy("对照开户证明，填写对公账号"),
        help_text=gettext_lazy("平台拿它和机构填的比对，一致才启用。页面上不显示机构填的账号。"),
        max_length=60,
        widget=forms.PasswordInput(render_value=False, attrs=NUMBER),
        error_messages=missing(gettext_lazy("请填写开户证明上的账号。")),
    )


class RefuseForm(SchoolForm):
    reason = forms.CharField(
        label=gettext_lazy("哪里不符"),
        help_text=gettext_lazy("机构看得到，请写明怎样改正。不要写账号。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=missing(gettext_lazy("请写明哪里不符。")),
    )


class ExportForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        help_text=gettext_lazy("写明这份文件用来做什么。用途和条数会写入操作记录。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=missing(gettext_lazy("请写明用途。")),
    )


class CorrectForm(SchoolForm):
    """What the school says to an officer who returned a claim."""

    answer = forms.CharField(
        label=gettext_lazy("补正说明"),
        help_text=gettext_lazy("写明补了什么、改了什么。不要写身份证号码和账号。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=missing(gettext_lazy("请写明补正了什么。")),
    )
    title = forms.ChoiceField(label=gettext_lazy("补交哪一种材料"), required=False)
    paper = forms.FileField(
        label=gettext_lazy("补交的材料"),
        help_text=gettext_lazy("照片或 PDF，不超过 10 MB。"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PAPERS}),
    )

    def __init__(self, *args: Any, titles: Sequence[str], is_returned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].choices = [("", _("不补交材料")), *((one, one) for one in titles)]  # type: ignore[attr-defined]
        if not titles:
            del self.fields["title"], self.fields["paper"]
        if not is_returned:
            del self.fields["answer"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if bool(answers.get("paper")) != bool(answers.get("title")):
            self.add_error("title", _("请选择材料的种类，并选好文件。"))
        return answers
