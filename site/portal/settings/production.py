"""A city's servers. Every secret comes from the environment; one that is missing or weak stops the start."""

from base64 import urlsafe_b64decode

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *
from portal.settings.base import CERTIFICATE_LOOKUP, IDENTITY_CHECK, SMS_GATEWAY, env


def checked_keys(name: str, keys: list[str]) -> list[str]:
    """The keys, each of 32 bytes: decoding passes over what is no base64, and a key of nothing at all would do."""
    for key in keys or [""]:
        try:
            length = len(urlsafe_b64decode(key))
        except ValueError:
            length = 0
        if length != 32:
            raise ImproperlyConfigured(f"{name}: each key is 32 random bytes in URL-safe base64.")
    return keys


SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL")
PRIVACY_KEYS = checked_keys("PRIVACY_KEYS", env.list("PRIVACY_KEYS"))
PRIVACY_INDEX_KEYS = checked_keys("PRIVACY_INDEX_KEYS", env.list("PRIVACY_INDEX_KEYS"))
CERTIFICATE_CHECK_KEYS = checked_keys("CERTIFICATE_CHECK_KEYS", env.list("CERTIFICATE_CHECK_KEYS"))

if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY: at least 50 random characters.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS: name the hosts; * lets anybody choose the addresses in our pages.")
if SMS_GATEWAY != "http" or IDENTITY_CHECK != "http":
    # The inbox keeps codes in plain sight, the rehearsal register confirms invented people.
    raise ImproperlyConfigured("SMS_GATEWAY and IDENTITY_CHECK: only http outside development.")
if CERTIFICATE_LOOKUP not in {"manual", "http"}:
    raise ImproperlyConfigured("CERTIFICATE_LOOKUP: manual or http outside development.")
for name in ("SMS_GATEWAY_URL", "SMS_GATEWAY_KEY", "IDENTITY_CHECK_URL", "IDENTITY_CHECK_KEY"):
    if not env.str(name, default="").strip():
        raise ImproperlyConfigured(f"{name}: give it a value; without it no worker could sign in or be checked.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # load balancers ask over plain HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

# Frames of the same site only: the page editor shows previews in one.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
