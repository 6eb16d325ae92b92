"""Who runs this Countersign, for every page."""

from django.conf import settings
from django.http import HttpRequest


def operator(_request: HttpRequest) -> dict[str, str]:
    return {
        "operator_name": settings.OPERATOR_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "security_email": settings.SECURITY_EMAIL,
    }
