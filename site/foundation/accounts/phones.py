"""Telephone numbers as people type them."""

import re

from django.utils.translation import gettext as _

from foundation.accounts.errors import AccountsError
from foundation.crypto.cipher import NORMALISERS

# Mainland mobile numbers, as the carriers hand them out. Not \d: with digits of other scripts one number would be many.
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def phone_clean(value: str) -> str:
    """The eleven digits of a mobile number. Raises ``AccountsError("phone_shape")`` for anything else."""
    phone = NORMALISERS["phone"](value)
    if not MOBILE.fullmatch(phone):
        raise AccountsError("phone_shape", _("手机号码应为 11 位数字，以 1 开头。请核对后再填一次。"))
    return phone
