"""The test run: the same database and code as everywhere, no network, no delays."""

from tempfile import TemporaryDirectory

from portal.settings.base import *
from portal.settings.base import DATABASES, env
from portal.settings.dev import ALLOWED_HOSTS, KEYS, SIGNER, STORAGES

LESSON_FILES = TemporaryDirectory(prefix="qiaoshou-lessons-")
PRIVATE_FILES = TemporaryDirectory(prefix="qiaoshou-private-")  # goes with the process

DEBUG = False
SECRET_KEY = KEYS.secret
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PRIVACY_KEYS = [KEYS.encryption]
PRIVACY_INDEX_KEYS = [KEYS.index]
CERTIFICATE_SIGNING_KEY_FILE = str(SIGNER / "key.pem")
CERTIFICATE_SIGNING_KEY_PASSWORD = ""
CERTIFICATE_SIGNING_CERTIFICATE_FILE = str(SIGNER / "certificate.pem")
CERTIFICATE_SIGNING_CHAIN_FILE = ""
CERTIFICATE_TRUSTED_FOLDER = str(SIGNER / "trusted")
CERTIFICATE_CHECK_KEYS = [KEYS.index]
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {
        "BACKEND": "foundation.crypto.storage.EncryptedFileSystemStorage",
        "OPTIONS": {"location": PRIVATE_FILES.name},
    },
    "lessons": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": LESSON_FILES.name, "base_url": None},
    },
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"},
    "local": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
SMS_GATEWAY = "inbox"
IDENTITY_CHECK = "rehearsal"
EVIDENCE_RECEIVERS = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {"level": "WARNING", "json": True}
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default="test_qiaoshou")}
STEADY_CLOCK = False  # tests set the clock on purpose
