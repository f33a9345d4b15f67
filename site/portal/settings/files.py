"""Where files lie: in folders of this machine, or in a bucket of S3-compatible storage that several machines share."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
VAR = Path(__file__).resolve().parents[3] / "var"

MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
LESSON_FILES_ROOT = Path(env.str("LESSON_FILES_ROOT", default=str(VAR / "lessons")))
LESSON_FILES_ACCEL = env.str("LESSON_FILES_ACCEL", default="")
FILE_UPLOAD_PERMISSIONS = 0o640
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "foundation.storage.WholeFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Files with personal data: encrypted, and outside MEDIA_ROOT, so that no web address reaches them.
    "private": {
        "BACKEND": "foundation.crypto.storage.EncryptedFileSystemStorage",
        "OPTIONS": {"location": env.str("PRIVATE_FILES_ROOT", default=str(VAR / "private")), "base_url": None},
    },
    # Videos of lessons: large, not personal, and only for whoever has a signed link (courses.content.media_links).
    "lessons": {
        "BACKEND": "foundation.storage.WholeFileSystemStorage",
        "OPTIONS": {"location": str(LESSON_FILES_ROOT), "base_url": None},
    },
}

FILES_S3_BUCKET = env.str("FILES_S3_BUCKET", default="").strip()
FILES_S3: dict[str, str] = {}
if FILES_S3_BUCKET:
    FILES_S3 = {
        "bucket": FILES_S3_BUCKET,
        "endpoint": env.str("FILES_S3_ENDPOINT", default="").strip().rstrip("/"),
        "region": env.str("FILES_S3_REGION", default="us-east-1").strip(),
        "key": env.str("FILES_S3_KEY", default="").strip(),
        "secret": env.str("FILES_S3_SECRET", default="").strip(),
        "addressing": env.str("FILES_S3_ADDRESSING", default="path").strip(),
    }
    for part in ("endpoint", "key", "secret"):
        if not FILES_S3[part]:
            raise ImproperlyConfigured(f"FILES_S3_{part.upper()}: give it a value; FILES_S3_BUCKET asks for it.")
    if not FILES_S3["endpoint"].startswith(("https://", "http://")):
        raise ImproperlyConfigured("FILES_S3_ENDPOINT: an address, such as https://s3.example.")
    if FILES_S3["addressing"] not in {"path", "virtual"}:
        raise ImproperlyConfigured("FILES_S3_ADDRESSING: path or virtual.")
    STORAGES |= {
        "default": {
            "BACKEND": "foundation.bucket.BucketStorage",
            "OPTIONS": FILES_S3 | {"prefix": "media/", "base_url": MEDIA_URL},
        },
        "private": {
            "BACKEND": "foundation.crypto.bucket.EncryptedBucketStorage",
            "OPTIONS": FILES_S3 | {"prefix": "private/"},
        },
        "lessons": {"BACKEND": "foundation.bucket.BucketStorage", "OPTIONS": FILES_S3 | {"prefix": "lessons/"}},
    }
