"""Production behaviour on a database of its own, reached over plain HTTP on this machine."""

import os

from portal.settings.base import *
from portal.settings.base import DATABASES, STORAGES, VAR
from portal.settings.local_keys import local_keys
from portal.settings.local_signer import local_signer

KEYS = local_keys(VAR / "local-keys.json")
SECRET_KEY = KEYS.secret
PRIVACY_KEYS = [KEYS.encryption]
PRIVACY_INDEX_KEYS = [KEYS.index]
CERTIFICATE_CHECK_KEYS = [KEYS.index]
SIGNER = local_signer(VAR / "signing-rehearsal")
CERTIFICATE_SIGNING_KEY_FILE = str(SIGNER / "key.pem")
CERTIFICATE_SIGNING_CERTIFICATE_FILE = str(SIGNER / "certificate.pem")
CERTIFICATE_TRUSTED_FOLDER = str(SIGNER / "trusted")
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", "qiaoshou_bench")
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {"level": "WARNING", "json": True}
