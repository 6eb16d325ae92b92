"""The settings of a listed deployment, to check the product before there is one."""

from django.test.utils import override_settings

HOST = "countersign.example"
SETTINGS = {
    "APP_URL": f"https://{HOST}",
    "ALLOWED_HOSTS": [HOST],
    "DEBUG": False,
    "HTTPS": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SLACK_APP_VARIANT": "marketplace",
    "SLACK_TRANSPORT": "http",
    "SLACK_API_URL": "https://slack.com/api/",
    "SLACK_AUTHORIZE_URL": "https://slack.com/oauth/v2/authorize",
    "OPERATOR_NAME": "Northwind & Sons",
    "SUPPORT_EMAIL": f"help@{HOST}",
    "SECURITY_EMAIL": f"security@{HOST}",
}


def rehearsed() -> override_settings:
    """Run what is inside as a listed deployment would; the database stays ours."""
    return override_settings(**SETTINGS)
