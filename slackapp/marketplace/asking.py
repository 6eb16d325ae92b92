"""Whether the app asks for no more than it may, and its manifest is one that can be listed."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from django.conf import settings

from installations.scopes import Kind, Variant, asked
from slackapp.manifest import ManifestError, manifest
from slackapp.marketplace.requirement import Requirement

# Not listed at all, or for partners only
REFUSED = (
    "admin",
    "admin.*",
    "client",
    "identify",
    "identity.*",
    "post",
    "read",
    "search:read",
    "triggers:*",
    "workflow.steps:execute",
)
# Listed after a longer review; an approvals app can do without them
ENHANCED = (
    "*:history",
    "canvases:read",
    "conversations.connect:*",
    "files:read",
    "groups:write",
    "groups:write.invites",
    "mpim:write",
    "search:read.*",
)
MAIL = ("users:read.email",)


def asks_nothing_refused() -> Iterator[str]:
    for name in _matching(REFUSED):
        yield f"Take {name} out of the marketplace variant in installations/scopes.py."


def asks_nothing_enhanced() -> Iterator[str]:
    for name in _matching(ENHANCED):
        yield f"{name} brings a longer review; do without it, or write down why you cannot."


def asks_for_no_addresses() -> Iterator[str]:
    for name in _matching(MAIL):
        yield f"{name} shows people's addresses; mails to them need their explicit consent."


def acts_as_the_bot() -> Iterator[str]:
    for scope in asked(Kind.USER, Variant.MARKETPLACE):
        yield f"{scope.name} acts as a person; ask for it in the self-hosted variant only."


def gives_reasons() -> Iterator[str]:
    for scope in asked(Kind.BOT, Variant.MARKETPLACE):
        if not (scope.reason and scope.feature and (scope.methods or scope.surfaces)):
            yield f"Say in installations/scopes.py what {scope.name} is for."


def is_the_listed_app() -> Iterator[str]:
    if settings.SLACK_APP_VARIANT != Variant.MARKETPLACE:
        yield "Set SLACK_APP_VARIANT=marketplace, so that nobody is asked for more than is listed."


def manifest_can_be_listed() -> Iterator[str]:
    try:
        described = _manifest()
    except ManifestError as refused:
        yield str(refused)
        return
    if described["settings"]["socket_mode_enabled"]:
        yield "Turn Socket Mode off in the marketplace manifest."
    if "functions" in described or "workflows" in described:
        yield "Apps with custom workflow steps cannot be listed; leave them out."
    if "app_directory" not in described:
        yield "Set SUPPORT_EMAIL; the listing needs an address that people can write to."


def transport_is_http() -> Iterator[str]:
    if settings.SLACK_TRANSPORT != "http":
        yield "Set SLACK_TRANSPORT=http; the Marketplace lists no app that uses Socket Mode."


def talks_to_slack_itself() -> Iterator[str]:
    if settings.SLACK_API_URL != "https://slack.com/api/":
        yield f"SLACK_API_URL is {settings.SLACK_API_URL}; leave it unset."


def _manifest() -> dict[str, Any]:
    return manifest(
        settings.APP_URL, variant=Variant.MARKETPLACE, support_email=settings.SUPPORT_EMAIL
    )


def _matching(patterns: tuple[str, ...]) -> list[str]:
    kinds = (Kind.BOT, Kind.USER)
    names = [scope.name for kind in kinds for scope in asked(kind, Variant.MARKETPLACE)]
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns)]


REQUIREMENTS = (
    Requirement(
        name="refused-scopes",
        area="Suitability",
        rule="No legacy or restricted scopes",
        check=asks_nothing_refused,
    ),
    Requirement(
        name="enhanced-review-scopes",
        area="Enhanced review",
        rule="No scopes that read messages or files",
        check=asks_nothing_enhanced,
    ),
    Requirement(
        name="bot-scopes-only",
        area="Scopes",
        rule="A person's token only where the app acts as that person",
        check=acts_as_the_bot,
    ),
    Requirement(
        name="scope-reasons",
        area="Scopes",
        rule="Each scope serves a feature that exists, with its reason",
        check=gives_reasons,
    ),
    Requirement(
        name="no-mail-addresses",
        area="Email",
        rule="No mail to addresses from Slack without explicit consent",
        check=asks_for_no_addresses,
    ),
    Requirement(
        name="variant",
        area="Scopes",
        rule="This deployment asks only for what the listed app may",
        check=is_the_listed_app,
    ),
    Requirement(
        name="listable-manifest",
        area="Socket Mode",
        rule="The manifest has no Socket Mode and no custom steps, and the listing's addresses",
        check=manifest_can_be_listed,
    ),
    Requirement(
        name="http-transport",
        area="Socket Mode",
        rule="Slack's requests come over HTTP",
        check=transport_is_http,
    ),
    Requirement(
        name="slack-itself",
        area="Suitability",
        rule="The app talks to Slack and to no stand-in",
        check=talks_to_slack_itself,
    ),
)
