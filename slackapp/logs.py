"""Log lines that carry ids, never secrets."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]

SECRETS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w.-]+"  # bot, user, refresh tokens
    r"|xapp-[\w-]+"
    r"|https://hooks\.slack\.com/\S+"
    r"|v0=[0-9a-f]{64}"  # request signatures
    r"|Bearer \S+"
    r"|(?<=code=)[\w.-]+"  # OAuth codes in query strings
)
MASK = "[redacted]"


def redact(_logger: object, _method: str, event: Event) -> Event:
    """Mask what looks like a secret in every value, however deep."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return SECRETS.sub(MASK, value)
    if isinstance(value, Mapping):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value


SHARED: list[Callable[..., Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def configure(log_format: str) -> dict[str, Any]:
    """Set up structlog; return Django's LOGGING with the same processors for everyone else."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _formatter(log_format)},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # At DEBUG these print whole requests, tokens included.
            "slack_sdk": {"level": "INFO"},
            "slack_bolt": {"level": "INFO"},
            # It tells of every login at INFO; its wrong passwords and lockouts are warnings.
            "axes": {"level": "WARNING"},
            # It logs job arguments at INFO with every start and end.
            "procrastinate": {"level": "WARNING"},
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }


def _formatter(log_format: str) -> dict[str, Any]:
    renderer = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact,
            renderer,
        ],
    }
