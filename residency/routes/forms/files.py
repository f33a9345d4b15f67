"""A pack handed in as a file."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("TOML 文件"),
        help_text=_("256 KB 以内的 .toml 文件，UTF-8 编码。有问题的也能传上来，逐条改好再发布。"),
        widget=forms.FileInput(attrs={"accept": ".toml,application/toml"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的，请重新选择。")},
    )
