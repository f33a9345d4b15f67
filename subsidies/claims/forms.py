"""What is asked of somebody who claims: next to nothing, because the platform has it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.forms import RefusableForm
from subsidies.claims.services import NewPaper
from subsidies.claims.services.appeals import LONGEST_WORDS
from subsidies.ledger.forms import YuanField
from subsidies.schemes.models import SchemePaper
from workers.files import FILE_CODES

PAPERS = "image/jpeg,image/png,application/pdf"


class PapersForm(RefusableForm):
    """Files for the papers a scheme asks for and the platform does not have; what it cost where a share is paid."""

    def __init__(
        self,
        *args: Any,
        papers: list[SchemePaper],
        given: frozenset[str] = frozenset(),
        asks_fee: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if asks_fee:
            self.fields["fee"] = YuanField(
                label=_("评价收费（元）"),
                help_text=_("照评价机构的收费票据填写。"),
                max_length=24,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                error_messages={"required": _("请照收费票据填写金额。")},
            )
        self.papers = papers
        for paper in papers:
            is_needed = paper.is_required and paper.title not in given
            self.fields[f"paper_{paper.pk}"] = forms.FileField(
                label=paper.title,
                required=is_needed,
                help_text=paper.note or _("拍照或选一个 PDF，10 兆以内。"),
                widget=forms.FileInput(attrs={"accept": PAPERS}),
                error_messages={"required": _("请上传“%(title)s”。") % {"title": paper.title}},
            )

    @property
    def fee_fen(self) -> int | None:
        """What the assessment cost, where it was asked."""
        return self.cleaned_data.get("fee")

    @property
    def new_papers(self) -> list[NewPaper]:
        sent = [(paper.title, self.cleaned_data.get(f"paper_{paper.pk}")) for paper in self.papers]
        return [NewPaper(title, file) for title, file in sent if file]


class ClaimForm(PapersForm):
    """Papers if there are any, and her yes to what stands above the button."""

    agree = forms.BooleanField(
        label=gettext_lazy(
            "上面写的我都看过了，是真的。我同意平台向有关部门核对，并按规定公示（姓名和证件号码会遮盖）。"
        ),
        error_messages={"required": gettext_lazy("请先打勾，再提交。")},
    )
    field_order: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "agree"), "agree"])


class CorrectionForm(PapersForm):
    """What she answers to an officer's question, with the papers asked for."""

    answer = forms.CharField(
        label=gettext_lazy("您的说明"),
        help_text=gettext_lazy("写一句就行，例如：已重新上传清楚的照片。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写一句您补了什么，或者怎么回事。")},
    )
    field_of_code = {"answer_missing": "answer"}


class AccountForm(RefusableForm):
    """Another account of her own. What is on file is never put back into the form."""

    account = forms.CharField(
        label=gettext_lazy("新的银行账号"),
        help_text=gettext_lazy("本人名下的社会保障卡或银行卡号，照着卡抄写。"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请填写银行账号。")},
    )
    field_of_code = {"account_invalid": "account", "same_account": "account"}


class AppealForm(RefusableForm):
    """Why she thinks it is wrong."""

    words = forms.CharField(
        label=gettext_lazy("您觉得哪里不对"),
        help_text=gettext_lazy("用自己的话写，写清楚实际情况。"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("请写明您为什么觉得不对。")},
    )
    evidence = forms.FileField(
        label=gettext_lazy("证明材料"),
        required=False,
        help_text=gettext_lazy("有的话拍照上传，10 兆以内。没有也可以申诉。"),
        widget=forms.FileInput(attrs={"accept": PAPERS}),
    )
    field_of_code = {"words_missing": "words", "words_long": "words"} | dict.fromkeys(FILE_CODES, "evidence")
