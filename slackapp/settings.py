"""The only reader of the environment; a missing or malformed value stops the start by name."""

import os
from pathlib import Path

from installations.crypto import KeyRing
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
SLACK_API_URL = env.url("SLACK_API_URL", "https://slack.com/api/").rstrip("/") + "/"
SLACK_AUTHORIZE_URL = env.url("SLACK_AUTHORIZE_URL", "https://slack.com/oauth/v2/authorize")

# Token encryption; user tokens can have a ring that the web process does not hold
FIELD_KEYS = env.parsed("FIELD_KEYS", KeyRing.parse)
FIELD_KEYS_USER = (
    env.parsed("FIELD_KEYS_USER", KeyRing.parse) if env.text("FIELD_KEYS_USER", "") else FIELD_KEYS
)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
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
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

# Pages
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # the few static files are served from where they are
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; no Slack payload comes near
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
LOGIN_URL = "admin:login"

# Browser security; what needs TLS is on when APP_URL has it
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.flag(
    "TRUST_PROXY_HEADERS", default=False
):  # only behind a proxy that sets the header itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # seconds
CSRF_COOKIE_SECURE = HTTPS
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
