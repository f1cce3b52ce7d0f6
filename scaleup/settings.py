"""All settings of ScaleUp, read from the environment (docs/deploy.md lists the variables).

ENVIRONMENT is `local` (the default: one machine, servers embedded, nothing to set), `test`
(set by the test plugin) or `production` (everything from the environment, unsafe values refused).
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import django_countries
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from scaleup.datadir import DataDir
from scaleup.secret_key import local_secret_key, refuse_weak_key
from scaleup.storage import storage_from_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env("ENVIRONMENT", default="local")
if ENVIRONMENT not in {"local", "test", "production"}:
    raise ImproperlyConfigured(f"ENVIRONMENT is {ENVIRONMENT!r}; it must be local, test or production.")
PRODUCTION = ENVIRONMENT == "production"
TESTING = ENVIRONMENT == "test"
DATA_DIR = DataDir((BASE_DIR / env("DATA_DIR", default=".data")).resolve())

# --- Who we are, and what is refused in production -------------------------------------------
DEBUG = False
DEBUG_UI = not PRODUCTION  # the gallery of components at /ui/
DEMO = env.bool("DEMO", default=not PRODUCTION)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if PRODUCTION:
    SECRET_KEY = refuse_weak_key(env("SECRET_KEY", default=""))
    if DEMO:
        raise ImproperlyConfigured("DEMO is on. Demo data and its open doors never belong in production.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS is empty. Set it to the host names people use, with commas.")
else:
    SECRET_KEY = env("SECRET_KEY", default="") or local_secret_key(DATA_DIR)

INSTALLED_APPS = [
    "scaleup",
    "accounts",
    "journal",
    "programs",
    "partners",
    "funding",
    "assessments",
    "dashboards",
    "reminders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "scaleup.middleware.AppHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "scaleup.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "scaleup.middleware.PrivatePagesMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "scaleup.urls"
WSGI_APPLICATION = "scaleup.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["ui"]
CRISPY_TEMPLATE_PACK = "ui"
CRISPY_FAIL_SILENTLY = False

# --- PostgreSQL ------------------------------------------------------------------------------
# Server-side limits, so that a lock or a slow query ends with a sentence and not with a hung page.
STATEMENT_TIMEOUT = env("STATEMENT_TIMEOUT", default="10s")
DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default=DATA_DIR.database_url))}
DATABASES["default"] |= {
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": 3,
        "application_name": "scaleup",
        # What is asked again is planned once for a connection: planning was two thirds of the database's work.
        "server_side_binding": True,
        "prepare_threshold": 2,
        "options": f"-c lock_timeout=2s -c statement_timeout={STATEMENT_TIMEOUT}"
        " -c idle_in_transaction_session_timeout=30s",
    }
    | DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis or Valkey: a cache that may vanish, and the bell of the worker ----------------------
REDIS_URL = env("REDIS_URL", default=DATA_DIR.redis_url)
_CACHE = {
    "BACKEND": "scaleup.cache.QuietRedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "scaleup",
    "OPTIONS": {"socket_connect_timeout": 0.1, "socket_timeout": 0.1},
}
CACHES = {
    "default": _CACHE,
    # A minute at most: somebody who signs out while the cache is away must not be signed in after it.
    "sessions": _CACHE | {"OPTIONS": _CACHE["OPTIONS"] | {"LONGEST": 60}},
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"

# --- Background work (docs/decisions tell why the broker may hold nothing of its own) ----------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
# For those who ring: give up at once. The worker is patient instead, see scaleup.celery.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.1,
    "socket_timeout": 0.2,
    "max_retries": 0,
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 0.2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_DEFAULT_QUEUE = "scaleup"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_DB_REUSE_MAX = 1000
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "scaleup.heartbeats.BeatingScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep summaries": {"task": "assessments.tasks.sweep_summaries", "schedule": 60},
    "sweep rounds": {"task": "assessments.tasks.sweep_rounds", "schedule": 60},
    "sweep partner roles": {"task": "partners.tasks.sweep_roles", "schedule": 60},
    "sweep annexes": {"task": "partners.tasks.sweep_annexes", "schedule": 60},
    "sweep funding": {"task": "funding.tasks.sweep_funding", "schedule": 60},
    "sweep rollups": {"task": "dashboards.tasks.sweep_rollups", "schedule": 60},
    "verify rollups": {"task": "dashboards.tasks.verify_rollups", "schedule": 24 * 60 * 60},
    "sweep expired evidence": {"task": "assessments.tasks.sweep_expiry", "schedule": 24 * 60 * 60},
    "sweep stray files": {"task": "programs.tasks.sweep_stray_files", "schedule": 24 * 60 * 60},
    "sweep reminders": {"task": "reminders.tasks.sweep_due", "schedule": 60},
    "sweep news": {"task": "reminders.tasks.sweep_news", "schedule": 60},
    "sweep digests": {"task": "reminders.tasks.sweep_digests", "schedule": 300},
    "send pending mail": {"task": "accounts.tasks.send_pending_mail", "schedule": 60},
    "answer the bell": {"task": "scaleup.tasks.answer_bell", "schedule": 10},
}
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": min(_entry["schedule"], 3600)}  # a late ring is worth nothing

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "accounts.passwords.EasyPasswordValidator"},
    {"NAME": "accounts.passwords.ContextWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation by mail has proved the address already
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # a second step is still asked for
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ACCOUNT_FORMS = {
    "login": "accounts.forms.signing_in.LoginForm",
    "reauthenticate": "accounts.forms.signing_in.ReauthenticateForm",
    "change_password": "accounts.forms.signing_in.ChangePasswordForm",
    "reset_password": "accounts.forms.signing_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.signing_in.NewPasswordForm",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"manage_email": "5/m/user,5/h/key"}  # the key is an address mails are sent to
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "ScaleUp"
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds early or late, for slow hands and clocks
MFA_FORMS = {
    "authenticate": "accounts.forms.two_step.AuthenticateForm",
    "reauthenticate": "accounts.forms.two_step.ReauthenticateForm",
    "activate_totp": "accounts.forms.two_step.ActivateTOTPForm",
}
# Who decides about programs or manages people needs a second step (docs/decisions/0012).
REQUIRE_TWO_STEP = env.bool("REQUIRE_TWO_STEP", default=PRODUCTION)
TWO_STEP_GRACE_DAYS = env.int("TWO_STEP_GRACE_DAYS", default=14)
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row on every request

# --- What a browser is told -----------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "journal.kept.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# --- Files, static files, mail -------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=DATA_DIR.static)()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": storage_from_url(env("STORAGE", default=f"file://{quote(str(DATA_DIR.files))}")),
    "staticfiles": {"BACKEND": "scaleup.storage.StaticStorage"},
}
EVIDENCE_FILE_LIMIT = env.int("EVIDENCE_FILE_LIMIT", default=10 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "programs.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
WHITENOISE_MAX_AGE = 3600

# Where mails send their readers; no request is at hand when a worker writes them.
PUBLIC_URL = env(
    "PUBLIC_URL",
    default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
    if PRODUCTION
    else f"http://127.0.0.1:{env('PORT', default='8000')}",
)
_MAIL = env.email_url_config(env("EMAIL_URL", default=DATA_DIR.mail_url))
if _MAIL["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    _MAIL["EMAIL_BACKEND"] = "scaleup.smtp.SmtpBackend"
vars().update(_MAIL)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="ScaleUp <scaleup@localhost>")

# --- Words, dates, log lines --------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
# Not an installed app: only its country names are wanted, not its 500 flags.
LOCALE_PATHS = [BASE_DIR / "locale", Path(django_countries.__file__).parent / "locale"]
FORMAT_MODULE_PATH = ["scaleup.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "scaleup.logs.DiscreetFormatter"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "discreet"},
    },
    "root": {"handlers": ["stdout"], "level": "WARNING"},
    "loggers": {
        "scaleup": {"level": LOG_LEVEL},
        "django": {"handlers": ["stdout"], "level": "WARNING", "propagate": False},
        "celery": {"level": "WARNING"},
    },
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
