"""What somebody who checks a certificate is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.certificates.codes import LENGTH
from certifications.certificates.numbers import tidied
from certifications.verification.typing_errors import number_problem


class NumberForm(forms.Form):
    """By hand: the number, and something only whoever holds the paper or knows its holder can say."""

    number = forms.CharField(
        label=gettext_lazy("证书编号"),
        max_length=60,
        error_messages={"required": gettext_lazy("请填写证书编号，印在证书的正面。")},
        help_text=gettext_lazy("印在证书正面。空格可以不输，大写小写都行。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    proof = forms.CharField(
        label=gettext_lazy("查验码，或持证人姓名"),
        max_length=60,
        help_text=gettext_lazy("查验码是印在证书下方的 8 位字母和数字。证书上没有查验码的，写持证人的全名。"),
        error_messages={
            "required": gettext_lazy("请填写查验码，或持证人的姓名。只有编号查不到内容，这是为了保护持证人。")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        number = tidied(self.cleaned_data["number"])
        if problem := number_problem(number):
            raise forms.ValidationError(problem, code="number")
        return number

    @property
    def code(self) -> str:
        """What was typed, where it can be a code."""
        code = tidied(str(self.cleaned_data["proof"]))
        return code if len(code) == LENGTH and code.isascii() and code.isalnum() else ""


class FileForm(forms.Form):
    """A certificate's file."""

    file = forms.FileField(
        label=gettext_lazy("证书的 PDF 文件"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("请先选择文件：点上面的框，找到证书的 PDF。")},
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(_("这个文件是空的。请重新下载证书，再选一次。"), code="empty")
        return file
