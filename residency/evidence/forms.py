"""What sending asks: nothing but a yes. The rest says what she was shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import RefusableForm


class SendForm(RefusableForm):
    """``facts`` and ``wording`` are what the page showed."""

    facts = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    wording = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CounterSendForm(SendForm):
    """At the counter the officer says that she is there and agrees."""

    has_agreed = forms.BooleanField(
        label=_("本人在场。我已核对身份证，把授权书和要发送的内容读给她听，她同意发送。"),
        error_messages={"required": _("请当面读给本人听，本人同意了再打勾。")},
    )


class StopForm(RefusableForm):
    """Taking a consent back at the counter."""

    has_asked = forms.BooleanField(
        label=_("本人在场，要求撤回授权。"), error_messages={"required": _("要本人当面提出，才能代她撤回。")}
    )
