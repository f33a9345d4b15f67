"""How personal data looks when nobody asked to see it."""

import re

# Neighbouring letters or digits would make it something else: a certificate number, a hash.
_ID_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{3})\d{11}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_OLD_ID_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{3})\d{9}(\d{3})(?![0-9A-Za-z])")
_PHONE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])((?:\+?86[- ]?)?1\d{2})[- ]?\d{4}[- ]?(\d{4})(?![0-9A-Za-z])")
_ACCOUNT_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])\d{12,15}(\d{4})(?![0-9A-Za-z])")


def mask_id_number(value: str | None) -> str:
    """``350201198805060024`` → ``350***********0024``; short or odd values show nothing but stars."""
    if not value:
        return ""
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}" if len(value) >= 15 else "*" * len(value)


def mask_phone(value: str | None) -> str:
    """``19900001234`` → ``199****1234``."""
    if not value:
        return ""
    return f"{value[:-8]}****{value[-4:]}" if len(value) >= 11 else "*" * len(value)


def mask_name(value: str | None) -> str:
    """The family name stays, as public notices print it: ``李小梅`` → ``李**``."""
    if not value:
        return ""
    return value[0] + "*" * max(1, len(value) - 1)


def mask_account(value: str | None) -> str:
    """Bank and social-security card numbers show their last four characters."""
    if not value:
        return ""
    return "*" * (len(value) - 4) + value[-4:] if len(value) > 4 else "*" * len(value)


def mask_text(value: str) -> str:
    """Free text with anything shaped like an identity, phone or account number masked."""
    value = _ID_IN_TEXT.sub(r"\1***********\2", value)
    value = _OLD_ID_IN_TEXT.sub(r"\1*********\2", value)
    value = _PHONE_IN_TEXT.sub(r"\1****\2", value)
    return _ACCOUNT_IN_TEXT.sub(r"************\1", value)
