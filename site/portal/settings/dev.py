"""One machine, one developer: what `make run` uses."""

import logging

from portal.settings.base import *
from portal.settings.base import LOGGING, STORAGES, VAR, env, evidence_receivers
from portal.settings.local_keys import local_keys
from portal.settings.local_signer import local_signer

KEYS = local_keys(VAR / "local-keys.json")
SIGNER = local_signer(VAR / "signing-rehearsal")

DEBUG = True
SECRET_KEY = env.str("SECRET_KEY", default=KEYS.secret)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PRIVACY_KEYS = env.list("PRIVACY_KEYS", default=[KEYS.encryption])
PRIVACY_INDEX_KEYS = env.list("PRIVACY_INDEX_KEYS", default=[KEYS.index])
CERTIFICATE_CHECK_KEYS = env.list("CERTIFICATE_CHECK_KEYS", default=[KEYS.index])
CERTIFICATE_SIGNING_KEY_FILE = env.str("CERTIFICATE_SIGNING_KEY_FILE", default=str(SIGNER / "key.pem"))
CERTIFICATE_SIGNING_CERTIFICATE_FILE = env.str(
    "CERTIFICATE_SIGNING_CERTIFICATE_FILE", default=str(SIGNER / "certificate.pem")
)
CERTIFICATE_TRUSTED_FOLDER = env.str("CERTIFICATE_TRUSTED_FOLDER", default=str(SIGNER / "trusted"))
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The scheduler's tasks run every few seconds; on a screen only those that fail are of interest.
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
LOGGING = LOGGING | {"json": env.bool("LOG_JSON", default=False)}
SMS_GATEWAY = env.str("SMS_GATEWAY", default="inbox")
IDENTITY_CHECK = env.str("IDENTITY_CHECK", default="rehearsal")
CERTIFICATE_LOOKUP = env.str("CERTIFICATE_LOOKUP", default="rehearsal")
# What the reference receiver leaves behind when `make run` starts it (deploy/receiver).
if (VAR / "receiver" / "connection.env").exists():
    env.read_env(VAR / "receiver" / "connection.env")
EVIDENCE_RECEIVERS = evidence_receivers()
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
