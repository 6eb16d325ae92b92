"""The environment that tests run in, whatever the developer's shell or ``.env`` holds.

A pytest plugin (``-p slackapp.tests.environment``): it is imported before Django's settings are.
"""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from slackapp import embedded_postgres

BASE_DIR = Path(__file__).resolve().parent.parent.parent

ENVIRONMENT = {
    "ENV_FILE": "",  # neither .env nor what `make run` wrote
    "SECRET_KEY": "the tests' own key, which signs nothing outside of them",
    "FIELD_KEYS": "test1:" + "a" * 43 + "=",  # 32 bytes
    "SLACK_CLIENT_ID": "1111111111111.2222222222222",
    "SLACK_CLIENT_SECRET": "test-client-secret",
    "SLACK_SIGNING_SECRET": "test-signing-secret,test-signing-secret-before-rotation",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",  # nobody answers there; tests put their own
    "SLACK_AUTHORIZE_URL": "http://127.0.0.1:9/oauth/v2/authorize",
    "APP_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "DATABASE_POOL_SIZE": "0",
    "LOG_FORMAT": "text",
}
UNSET = (
    "ADMIN_OTP_REQUIRED",
    "BACKUPS_KEPT_DAYS",
    "CONTENT_KEPT_DAYS",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "DELIVERIES_KEPT_DAYS",
    "EMAIL_URL",
    "FIELD_KEYS_USER",
    "FIELD_KEYS_USER_PUBLIC",
    "LOGINS_KEPT_DAYS",
    "LOGS_KEPT_DAYS",
    "OPERATOR_NAME",
    "SECURITY_EMAIL",
    "SLACK_APP_TOKEN",
    "SLACK_APP_VARIANT",
    "SLACK_TRANSPORT",
    "SUBPROCESSORS",
    "SUPPORT_EMAIL",
    "SUPPORT_KEPT_DAYS",
    "TRUST_PROXY_HEADERS",
)


def prepare() -> None:
    """Put the tests' values in place of every variable that settings read."""
    for name in [*os.environ]:
        if name.removesuffix("_FILE") in {*ENVIRONMENT, *UNSET}:
            del os.environ[name]
    os.environ.update(ENVIRONMENT)
    os.environ["DATABASE_URL"] = own_database(
        os.environ.get("DATABASE_URL")
        or embedded_postgres.start(
            BASE_DIR / ".data" / "test-postgres",
            settings=["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        )
    )


def own_database(database_url: str) -> str:
    """Return the address with a name of this process, so that two test runs share a server.

    Django creates ``test_<name>`` and drops it; the name itself need not exist.
    """
    address = urlsplit(database_url)
    return address._replace(path=f"{address.path}_{os.getpid()}").geturl()


prepare()
signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: clean up, then end
