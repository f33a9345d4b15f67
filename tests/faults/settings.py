"""The machine under test: production behaviour, on servers and folders of its own, reached over plain HTTP.

Only ``make test-faults`` uses it: that names the folder and the addresses in the environment.
"""

import os
from pathlib import Path

from portal.settings.base import *
from portal.settings.base import DATABASES, STORAGES, VAR
from portal.settings.local_keys import local_keys
from portal.settings.local_signer import local_signer

HOME = Path(os.environ["FAULTS_HOME"])
KEYS = local_keys(VAR / "local-keys.json")
SECRET_KEY = KEYS.secret
PRIVACY_KEYS = [os.environ.get("FAULTS_KEY", KEYS.encryption)]
PRIVACY_INDEX_KEYS = [KEYS.index]
CERTIFICATE_CHECK_KEYS = [KEYS.index]
SIGNER = local_signer(VAR / "signing-rehearsal")
CERTIFICATE_SIGNING_KEY_FILE = str(SIGNER / "key.pem")
CERTIFICATE_SIGNING_KEY_PASSWORD = ""
CERTIFICATE_SIGNING_CERTIFICATE_FILE = str(SIGNER / "certificate.pem")
CERTIFICATE_SIGNING_CHAIN_FILE = ""
CERTIFICATE_TRUSTED_FOLDER = str(SIGNER / "trusted")
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
DATABASES["default"]["TEST"] = {"NAME": "unused"}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
SMS_GATEWAY = "inbox"
IDENTITY_CHECK = "rehearsal"
CERTIFICATE_LOOKUP = "rehearsal"
EVIDENCE_RECEIVERS = {}
LOGGING = {"level": "WARNING", "json": True}
# How long Celery waits for a killed process's answer before it gives the task to another; ten seconds by default.
CELERY_WORKER_LOST_WAIT = 0.3
