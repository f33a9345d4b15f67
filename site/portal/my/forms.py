"""Forms of her own pages that are not about the file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.phone_codes import DIGITS
from portal.sign_in.forms import ONE_TIME_CODE, MobileField


class NewPhoneForm(forms.Form):
    """The number she wants to sign in with from now on."""

    phone = MobileField(label=gettext_lazy("新的手机号码"))

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.fields["phone"].error_messages["required"] = _("请填写新的手机号码。")

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone == self.present:
            raise forms.ValidationError(_("新号码与现在的号码相同。"), code="same_phone")
        return phone


class PhoneCodeForm(forms.Form):
    """Six digits from a text message."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs=ONE_TIME_CODE),
        error_messages={"required": gettext_lazy("请填写短信里的 6 位验证码。")},
    )

    def clean_code(self) -> str:
        digits = "".join(self.cleaned_data["code"].split())
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise forms.ValidationError(_("验证码是 6 位数字，在短信里。请照着填写。"), code="code_shape")
        return digits
