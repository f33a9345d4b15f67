"""Settings shared by every environment. All of them are described in docs/reference/settings.md."""

import logging
from pathlib import Path
from urllib.parse import unquote

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]
VAR = ROOT / "var"

env = environ.Env()
# Real environment variables win over both files.
for file in (ROOT / ".env", VAR / "services.env"):
    if file.exists():
        env.read_env(file)

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000")
CITY_NAME = env.str("CITY_NAME", default="厦门市")
CITY_CODE = env.str("CITY_CODE", default="350200")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

INSTALLED_APPS = [
    "portal.dashboards",
    "portal.cms",
    "portal.search",
    "portal.design",
    "portal.sign_in",
    "portal.staff",
    "portal.my",
    "portal.operations",
    "exchange",
    "residency.planner",
    "residency.evidence",
    "residency.routes",
    "subsidies.payments",
    "subsidies.notices",
    "subsidies.review",
    "subsidies.school_claims",
    "subsidies.checks",
    "subsidies.claims",
    "subsidies.ledger",
    "subsidies.awards",
    "subsidies.registers",
    "subsidies.schemes",
    "certifications.talent",
    "certifications.record",
    "certifications.verification",
    "certifications.certificates",
    "certifications.scoring",
    "certifications.applications",
    "certifications.plans",
    "certifications.papers",
    "certifications.bodies",
    "courses.completion",
    "courses.attendance",
    "courses.study",
    "courses.classes",
    "courses.content",
    "courses.schools",
    "courses.catalogue",
    "workers",
    "foundation.accounts",
    "foundation.audit",
    "foundation.calendar",
    "foundation.imports",
    "foundation.outbox",
    "foundation.policy",
    "foundation.privacy",
    "foundation.sms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django_tables2",
    "import_export",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before whatever may answer by itself: a refused host or a file carries the same policy as a page.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.operations.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.operations.request_log.RequestLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.operations.admin_policy.AdminPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.operations.middleware.AccessMiddleware",
    "courses.content.refusals.EditorRefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.design.context_processors.display",
                "portal.staff.navigation.staff_navigation",
                "portal.cms.context_processors.site_frame",
            ],
        },
    },
]
FORM_RENDERER = "portal.design.form_renderer.FormRenderer"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///qiaoshou")}
DATABASES["default"].setdefault("ENGINE", "django.db.backends.postgresql")
# A socket's folder as the host is written with %2F in an address.
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "portal.operations.cache.ForgivingRedisCache",
        "LOCATION": env.str("CACHE_URL", default=BROKER_URL),
        "KEY_PREFIX": "qs",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    },
    # In the process, for what is the same for everybody and may be half a minute old.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}},
}

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "exchange.*": {"queue": "exchange"},
    "foundation.imports.*": {"queue": "imports"},
    "courses.content.tasks.video_process": {"queue": "media"},
    "certifications.certificates.tasks.*": {"queue": "papers"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Longer than the longest task: Redis hands an unacknowledged task out again after this time.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60 * 60,
    # A broker that does not answer must not hold up a page.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英语"))]
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale_vendor"]
TIME_ZONE = "Asia/Shanghai"
# Time of study goes on evenly when the machine's clock is set (foundation.steady).
STEADY_CLOCK = True
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
VIDEO_LARGEST_BYTES = env.int("VIDEO_LARGEST_MIB", default=1024) * 1024 * 1024
VIDEO_LONGEST_SECONDS = env.int("VIDEO_LONGEST_MINUTES", default=120) * 60
# How long one video may be worked on; less than the time after which the broker hands a task out again.
VIDEO_WORK_SECONDS = 50 * 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# By the site, which asks who may read; never by leading on to an address of the storage.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "txt", "xlsx", "doc", "xls", "zip"]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# Encryption of personal data. Lists, so that keys can rotate: the first writes, all read.
PRIVACY_KEYS: list[str] = env.list("PRIVACY_KEYS", default=[])
PRIVACY_INDEX_KEYS: list[str] = env.list("PRIVACY_INDEX_KEYS", default=[])
# The codes printed on certificates. The first makes them, all recognise them.
CERTIFICATE_CHECK_KEYS: list[str] = env.list("CERTIFICATE_CHECK_KEYS", default=[])

# The key that signs certificate files, and what their signatures may lead to: files, never in the database.
CERTIFICATE_SIGNING_KEY_FILE = env.str("CERTIFICATE_SIGNING_KEY_FILE", default="")
CERTIFICATE_SIGNING_KEY_PASSWORD = env.str("CERTIFICATE_SIGNING_KEY_PASSWORD", default="")
CERTIFICATE_SIGNING_CERTIFICATE_FILE = env.str("CERTIFICATE_SIGNING_CERTIFICATE_FILE", default="")
CERTIFICATE_SIGNING_CHAIN_FILE = env.str("CERTIFICATE_SIGNING_CHAIN_FILE", default="")
CERTIFICATE_TRUSTED_FOLDER = env.str("CERTIFICATE_TRUSTED_FOLDER", default="")

SMS_GATEWAY = env.str("SMS_GATEWAY", default="http")
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_KEY = env.str("SMS_GATEWAY_KEY", default="")
IDENTITY_CHECK = env.str("IDENTITY_CHECK", default="http")
IDENTITY_CHECK_URL = env.str("IDENTITY_CHECK_URL", default="")
IDENTITY_CHECK_KEY = env.str("IDENTITY_CHECK_KEY", default="")
# 技能人才评价证书全国联网查询 has no public interface: somebody looks a number up by hand until one is there.
CERTIFICATE_LOOKUP = env.str("CERTIFICATE_LOOKUP", default="manual")
CERTIFICATE_LOOKUP_URL = env.str("CERTIFICATE_LOOKUP_URL", default="")
CERTIFICATE_LOOKUP_KEY = env.str("CERTIFICATE_LOOKUP_KEY", default="")
# Seconds that the rehearsal register takes to answer.
IDENTITY_REHEARSAL_DELAY = env.float("IDENTITY_REHEARSAL_DELAY", default=0)


def evidence_receivers() -> dict[str, dict[str, str]]:
    """Where evidence goes under a worker's consent, and the key of each line. No address: not connected."""
    return {
        "residency_desk": {
            "url": env.str("EVIDENCE_RESIDENCY_DESK_URL", default=""),
            "key": env.str("EVIDENCE_RESIDENCY_DESK_KEY", default=""),
        },
        "talent_register": {
            "url": env.str("EVIDENCE_TALENT_REGISTER_URL", default=""),
            "key": env.str("EVIDENCE_TALENT_REGISTER_KEY", default=""),
        },
        "credit_platform": {
            "url": env.str("EVIDENCE_CREDIT_PLATFORM_URL", default=""),
            "key": env.str("EVIDENCE_CREDIT_PLATFORM_KEY", default=""),
        },
    }


EVIDENCE_RECEIVERS = evidence_receivers()

from portal.settings.accounts import *  # noqa: E402
from portal.settings.beat import *  # noqa: E402
from portal.settings.files import *  # noqa: E402

WAGTAIL_SITE_NAME = "巧手"
WAGTAILADMIN_BASE_URL = PUBLIC_BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# While a page lies at one step the other side is locked out, so what was passed on is what is decided. Asking the first
# step once more after a correction would end the way at the school, which may not publish.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAIL_I18N_ENABLED = False
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "portal.search.backend", "SEARCH_CONFIG": "simple"},
}

DJANGO_TABLES2_TEMPLATE = "components/table.html"

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line for a request and one for a task: how it ended.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
LOGGING_CONFIG = "portal.operations.logs.configure"
LOGGING = {"level": env.str("LOG_LEVEL", default="INFO"), "json": True}
