"""The only reader of the environment; a missing or malformed value stops the start by name."""

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

from installations.crypto import FieldKeys, KeyRing, PublicKeyRing
from installations.scopes import Variant
from slackapp import embedded_postgres, logs
from slackapp.env import Environment, host_of, load_environment_files, local_data_dir

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = local_data_dir(BASE_DIR)  # embedded PostgreSQL and the local run's secrets

load_environment_files(BASE_DIR)
env = Environment()

# Who and where we are
APP_URL = env.origin("APP_URL")
HTTPS = APP_URL.startswith("https://")
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", at_least=40)  # characters
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", host_of(APP_URL))

# Slack. The names without a prefix would be picked up by Bolt itself, so only we read them.
SLACK_CLIENT_ID = env.secret("SLACK_CLIENT_ID")
SLACK_CLIENT_SECRET = env.secret("SLACK_CLIENT_SECRET")
SLACK_SIGNING_SECRETS = env.several("SLACK_SIGNING_SECRET")
SLACK_TRANSPORT = env.choice("SLACK_TRANSPORT", "http", ["http"])
SLACK_APP_VARIANT = env.choice("SLACK_APP_VARIANT", "selfhosted", [*Variant])
SLACK_API_URL = env.url("SLACK_API_URL", "https://slack.com/api/").rstrip("/") + "/"
SLACK_AUTHORIZE_URL = env.url("SLACK_AUTHORIZE_URL", "https://slack.com/oauth/v2/authorize")

# Token encryption; of a ring for user tokens the web process needs the public half only
FIELD_KEYS = env.parsed(
    "FIELD_KEYS",
    partial(
        FieldKeys.parse,
        user=env.parsed_if_set("FIELD_KEYS_USER", KeyRing.parse),
        user_public=env.parsed_if_set("FIELD_KEYS_USER_PUBLIC", PublicKeyRing.parse),
    ),
)

INSTALLED_APPS = [
    "slackapp.operators.apps.OperatorsAdminConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "procrastinate.contrib.django",
    "installations",
    "approvals",
    "slackapp",
]

MIDDLEWARE = [
    "slackapp.health.HealthMiddleware",  # first: probes come without our host name, and plain
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: turns a refused login into the lockout page
]

ROOT_URLCONF = "slackapp.urls"
WSGI_APPLICATION = "slackapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "slackapp.pages.context.operator",
            ],
        },
    },
]

# Database
if not env.text("DATABASE_URL", ""):
    os.environ["DATABASE_URL"] = embedded_postgres.start(DATA_DIR / "postgres")
DATABASE = env.database("DATABASE_URL")
DATABASE_POOL_SIZE = env.number("DATABASE_POOL_SIZE", 8)  # per process; 0: no pool
DATABASE_OPTIONS: dict[str, object] = {
    **dict(DATABASE.pop("OPTIONS", {})),  # type: ignore[call-overload]  # environ is untyped
    "connect_timeout": 2,  # seconds; an ack has three
}
if DATABASE_POOL_SIZE:
    DATABASE_OPTIONS["pool"] = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 2}
DATABASES = {
    "default": {
        **DATABASE,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,  # what makes the pool replace connections that died
        "OPTIONS": DATABASE_OPTIONS,
    }
}

# The queue on the same database: a wake-up only, the tables are the truth
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": 5,  # seconds
    "stalled_worker_timeout": 20,  # seconds
    "fetch_job_polling_interval": 1,  # seconds; retried jobs start on time
    "shutdown_graceful_timeout": 20,  # seconds
    "delete_jobs": "successful",
}
PROCRASTINATE_IMPORT_PATHS = ["slackapp.operators.tasks", "slackapp.pages.tasks"]

# Who runs this, as the public pages say it, and how they are reached
UNNAMED_OPERATOR = "the operator of this Countersign"
OPERATOR_NAME = env.text("OPERATOR_NAME", "") or UNNAMED_OPERATOR
SUPPORT_EMAIL = env.mailbox("SUPPORT_EMAIL")
SECURITY_EMAIL = env.mailbox("SECURITY_EMAIL", SUPPORT_EMAIL)
SUBPROCESSORS = env.entries("SUBPROCESSORS")  # parted by semicolons
DEFAULT_FROM_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", SUPPORT_EMAIL or "countersign@localhost")
EMAIL_TIMEOUT = 10  # seconds
vars().update(env.mail_server("EMAIL_URL", "consolemail://"))  # EMAIL_BACKEND, EMAIL_HOST, …

# How long data is kept, in days; /privacy tells what is written here
CONTENT_KEPT_DAYS = env.number("CONTENT_KEPT_DAYS", 30, at_least=1)  # after an uninstall
DELIVERIES_KEPT_DAYS = env.number("DELIVERIES_KEPT_DAYS", 7, at_least=2)  # Slack repeats for a day
SUPPORT_KEPT_DAYS = env.number("SUPPORT_KEPT_DAYS", 365, at_least=1)
# Kept outside of Countersign, so these only say what the operator does; 0: nothing is said
BACKUPS_KEPT_DAYS = env.number("BACKUPS_KEPT_DAYS", 0)
LOGS_KEPT_DAYS = env.number("LOGS_KEPT_DAYS", 0)

# Pages
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # the few static files are served from where they are
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; no Slack payload comes near
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "slackapp.formats"
LOGIN_URL = "admin:login"

# Operators' logins: a second step, and a lockout after wrong passwords
ADMIN_OTP_REQUIRED = env.flag("ADMIN_OTP_REQUIRED", default=HTTPS)
OTP_TOTP_ISSUER = f"Countersign {host_of(APP_URL)}"  # what an authenticator app shows
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {}),
    )
]
LOGIN_FAILURES_PER_ADDRESS = 20  # with any names; an address may serve an office
AXES_FAILURE_LIMIT = 5  # of one name at one address
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]  # the handler's order
AXES_HANDLER = "slackapp.operators.lockout.LockoutHandler"
AXES_CLIENT_IP_CALLABLE = "installations.addresses.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # half an hour is half an hour
AXES_ENABLE_ADMIN = False  # its pages delete; ours show
AXES_VERBOSE = False
LOGINS_KEPT_DAYS = env.number("LOGINS_KEPT_DAYS", 90, at_least=1)

# Browser security; what needs TLS is on when APP_URL has it
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
TRUST_PROXY_HEADERS = env.flag("TRUST_PROXY_HEADERS", default=False)
if TRUST_PROXY_HEADERS:  # only behind a proxy that sets the headers itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # seconds
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "slackapp.pages.support.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'", "data:"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
    }
}

LOG_FORMAT = env.choice("LOG_FORMAT", "json", ["json", "text"])
LOGGING = logs.configure(LOG_FORMAT)
DEFAULT_EXCEPTION_REPORTER_FILTER = "slackapp.reports.RedactingReporterFilter"
