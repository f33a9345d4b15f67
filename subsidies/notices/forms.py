"""Forms of notices and objections. They read words; services decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.database import in_force
from subsidies.claims.models import RefusalReason
from subsidies.notices.services.objecting import LONGEST_NAME, MOST_WORDS, ObjectionEntry
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Fund
from workers.forms import PAPERS, RepairingForm, missing

ANY = _("全部")


class ChooseForm(forms.Form):
    """Which of the reviewed claims are looked at; the answers stand in the address."""

    scheme = forms.ModelChoiceField(
        label=_("补贴项目"), queryset=Scheme.objects.none(), required=False, empty_label=ANY
    )
    fund = forms.ChoiceField(label=_("资金来源"), choices=[("", ANY), *Fund.choices], required=False)

    def __init__(self, *args: Any, claims: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = claims
        schemes = Scheme.objects.filter(pk__in=claims.order_by().values("scheme"))
        self.fields["scheme"].queryset = schemes  # type: ignore[attr-defined]

    def narrowed(self) -> Any:
        """The claims that fit; all of them while nothing is asked."""
        if not self.is_valid():
            return self.claims
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return self.claims.filter(**asked)


class PublishForm(forms.Form):
    title = forms.CharField(
        label=_("公示标题"),
        max_length=120,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=_("公众看到的标题，例如“2026年第11批职业技能培训补贴公示”。"),
        error_messages=missing(_("请填写公示的标题。")),
    )


class ObjectionForm(RepairingForm):
    """What somebody says against a line; she need not say who she is."""

    words = forms.CharField(
        label=_("哪里不对"),
        help_text=_("写清楚是什么情况、您怎么知道的。不少于 10 个字。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MOST_WORDS,
        error_messages=missing(_("请写清楚哪里不对。"))
        | {"max_length": _("最多写 1000 个字。更多的情况可以放在证明材料里。")},
    )
    evidence = forms.FileField(
        label=_("证明材料"),
        help_text=_("JPG、PNG 图片或 PDF，10 MB 以内。"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": PAPERS}),
    )
    name = forms.CharField(
        label=_("您的姓名"),
        help_text=_("不写也受理。写了会加密保存，只有办理的人能看到。"),
        max_length=LONGEST_NAME,
        required=False,
    )
    phone = forms.CharField(
        label=_("您的手机号"),
        help_text=_("留了手机号，有结果会发短信告诉您。"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    @property
    def entry(self) -> ObjectionEntry:
        given = self.cleaned_data
        return ObjectionEntry(words=given["words"], name=given["name"], phone=given["phone"])

    def refuse(self, refusal: Any) -> None:
        """At the field it is about; whatever is wrong with a file is said at the file."""
        place = {"words_missing": "words", "words_long": "words", "phone_invalid": "phone"}.get(refusal.code)
        if place is None and refusal.code.startswith(("file_", "photo_")):
            place = "evidence"
        self.add_error(place, refusal.message)


class ReceiptForm(forms.Form):
    number = forms.CharField(
        label=_("异议编号"),
        help_text=_("提交异议时您记下的编号，以 Y 开头，共 16 位。大小写、空格和横线都没有关系。"),
        max_length=40,
        error_messages=missing(_("请填写异议编号。")),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class AnswerForm(RepairingForm):
    """What was found."""

    outcome = forms.ChoiceField(
        label=_("核实结果"),
        choices=[("dismissed", _("异议不成立，重新公示")), ("upheld", _("异议成立，不予核定"))],
        widget=forms.RadioSelect,
        error_messages=missing(_("请选择核实结果。")),
    )
    refusal = forms.ModelChoiceField(
        label=_("不予核定的情形"),
        queryset=RefusalReason.objects.none(),
        required=False,
        help_text=_("异议成立时必须选择。申领人会看到。"),
    )
    answer = forms.CharField(
        label=_("核实的情况和结论"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=_("提出异议的人和申领人都会看到，不要写别人的姓名、证件号码和电话。"),
        error_messages=missing(_("请写明核实的情况和结论。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = RefusalReason.objects.filter(in_force(timezone.localdate()))
        self.fields["refusal"].queryset = reasons  # type: ignore[attr-defined]

    def refuse(self, refusal: Any) -> None:
        place = {"refusal_missing": "refusal", "answer_missing": "answer"}.get(refusal.code)
        self.add_error(place, refusal.message)
