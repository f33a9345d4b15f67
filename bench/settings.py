"""Production behaviour on a database of its own, reached over plain HTTP on this machine."""

from portal.settings.base import *
from portal.settings.base import DATABASES, STORAGES, VAR
from portal.settings.local_keys import local_keys

KEYS = local_keys(VAR / "local-keys.json")
SECRET_KEY = KEYS.secret
PRIVACY_KEYS = [KEYS.encryption]
PRIVACY_INDEX_KEYS = [KEYS.index]
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES["default"]["NAME"] = "qiaoshou_bench"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {"level": "WARNING", "json": True}
