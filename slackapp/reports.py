"""Django's error reports without secrets, whoever is sent them."""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from slackapp.logs import MASK, SECRETS


class RedactingReporterFilter(SafeExceptionReporterFilter):
    """Masks every local variable, header or field of a form that looks like a secret.

    Django hides what is named like a password; a token is a token under any name.
    """

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return {name: _masked(value) for name, value in variables}.items()

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        fields = super().get_post_parameters(request)
        return {name: _masked(value) for name, value in fields.items()}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta = super().get_safe_request_meta(request)
        return {name: _masked(value) for name, value in meta.items()}


def _masked(value: Any) -> Any:
    try:
        shown = repr(value)
    except Exception:  # noqa: BLE001  # somebody's __repr__; Django says so by itself
        return value
    return MASK if SECRETS.search(shown) else value
