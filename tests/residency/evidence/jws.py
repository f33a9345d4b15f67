"""A detached JWS taken apart, by nobody's code but the test's own."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode


def parts_of(jws: str, content: bytes):
    """The header, what was signed, and the two numbers of the signature."""
    header, middle, signature = jws.split(".")
    assert middle == ""
    raw = urlsafe_b64decode(signature + "==")
    signed = header.encode() + b"." + urlsafe_b64encode(content).rstrip(b"=")
    return (
        json.loads(urlsafe_b64decode(header + "==")),
        signed,
        int.from_bytes(raw[:32], "big"),
        int.from_bytes(raw[32:], "big"),
    )
