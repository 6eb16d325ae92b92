"""What operators can do to a workspace: in which words, when, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from installations import audit, client, errors, exports, services, words
from installations.models import Workspace, WorkspaceState
from installations.queries.credentials import credentials
from installations.queries.health import Credentials
from installations.services import operating

PATIENCE = 5  # seconds; somebody waits for the page
Deed = Callable[[HttpRequest, Workspace], HttpResponseBase | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something to do to a workspace.

    ``consequences`` say in plain words what will happen. ``refusal`` says why it cannot be done
    now, or nothing. A ``typed`` operation wants the workspace's id typed first.
    """

    name: str
    label: str
    consequences: tuple[str, ...]
    refusal: Callable[[Workspace, Credentials | None], str]
    perform: Deed
    danger: bool = False
    typed: bool = False


def actor_of(user: AbstractBaseUser | AnonymousUser) -> str:
    return audit.admin_actor(user.get_username())


def test_connection(request: HttpRequest, workspace: Workspace) -> None:
    """Ask Slack who we are there, now, and keep and show what it says."""
    try:
        answer = client.SlackLine(workspace, timeout=PATIENCE).call("auth.test")
    except errors.SlackCallError as failed:
        _keep_test(request, workspace, failed.code)
        dead = isinstance(failed, errors.NotInstalledError)
        messages.error(request, words.failure(failed.code, dead=dead))
        return
    _keep_test(request, workspace, "")
    who, where = answer.get("user", "a bot"), answer.get("team", workspace.team_id)
    messages.success(request, f"The connection works: Slack knows us as {who} in {where}.")


def _keep_test(request: HttpRequest, workspace: Workspace, error: str) -> None:
    known = credentials(workspace)
    operating.record_connection_test(
        workspace_id=workspace.pk,
        installation_id=known.installation_id if known else None,
        actor=actor_of(request.user),
        error=error,
    )


def refresh(request: HttpRequest, workspace: Workspace) -> None:
    known = credentials(workspace)
    if known is None:  # taken away since the page was shown
        messages.error(request, "There is no token to refresh any more.")
        return
    operating.request_refresh(
        workspace=workspace,
        installation_id=known.installation_id,
        actor=actor_of(request.user),
    )
    messages.success(request, "The refresh is queued; reload this page in a few seconds.")


def uninstall(request: HttpRequest, workspace: Workspace) -> None:
    services.request_uninstall(workspace=workspace, actor=actor_of(request.user))
    messages.success(
        request, "Countersign stopped working there. Slack is being told to take our tokens back."
    )


def purge(request: HttpRequest, workspace: Workspace) -> None:
    services.request_purge(workspace=workspace, actor=actor_of(request.user))
    messages.success(request, "The purge is queued. This page says when the content is gone.")


def export(request: HttpRequest, workspace: Workspace) -> FileResponse:
    """Answer with an archive of everything we hold about a workspace, secrets left out."""
    archive = exports.export(workspace, actor=actor_of(request.user))
    return FileResponse(
        archive.file,
        as_attachment=True,
        filename=archive.name,
        content_type="application/zip",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def _never(_workspace: Workspace, _credentials: Credentials | None) -> str:
    return ""


def _gone(workspace: Workspace, _credentials: Credentials | None) -> str:
    uninstalled = workspace.state == WorkspaceState.UNINSTALLED
    return "The app is not installed there." if uninstalled else ""


def _not_refreshable(workspace: Workspace, known: Credentials | None) -> str:
    if gone := _gone(workspace, known):
        return gone
    if known is None:
        return "There is no bot token."
    if not known.refreshable:
        return "Its token does not expire: token rotation is off in the Slack app."
    return ""


def _not_purgeable(workspace: Workspace, _credentials: Credentials | None) -> str:
    if workspace.state != WorkspaceState.UNINSTALLED:
        return "Uninstall it first: while the app works there, its content is in use."
    if workspace.purged_at:
        return f"Its content was purged on {workspace.purged_at:%-d %B %Y}."
    return ""


_ALL = (
    Operation(
        name="test-connection",
        label="Test connection",
        consequences=(
            "Countersign asks Slack now whether its bot token works (auth.test).",
            "Nobody in the workspace sees anything of it.",
            "Where Slack refuses the token, the workspace is marked as needing re-authorisation.",
        ),
        refusal=_gone,
        perform=test_connection,
    ),
    Operation(
        name="refresh",
        label="Refresh tokens",
        consequences=(
            "Countersign exchanges the bot's refresh token for a new token within seconds.",
            "The old token stops working. Nobody in the workspace notices.",
        ),
        refusal=_not_refreshable,
        perform=refresh,
    ),
    Operation(
        name="export",
        label="Export data",
        consequences=(
            (
                "You download a ZIP with everything that is held about the workspace: campaigns, "
                "decisions, messages sent, people, and both audit logs. Tokens are not in it."
            ),
            (
                "It contains personal data and unpublished campaigns: keep it where only those can "
                "open it who may read them."
            ),
            "Your user name, the number of rows and the archive's checksum go to the audit log.",
        ),
        refusal=_never,
        perform=export,
    ),
    Operation(
        name="uninstall",
        label="Uninstall",
        consequences=(
            (
                "Countersign stops working in the workspace at once: no cards, no decisions, "
                "no reminders."
            ),
            "Slack is told to revoke our tokens, and they are erased here.",
            (
                f"Campaigns and decisions are purged {settings.CONTENT_KEPT_DAYS} days later, "
                "unless somebody installs the app again."
            ),
        ),
        refusal=_gone,
        perform=uninstall,
        danger=True,
    ),
    Operation(
        name="purge",
        label="Purge content",
        consequences=(
            (
                "The content that we hold about the workspace is erased for good: titles, briefs, "
                "reasons, people."
            ),
            "What stays is who decided what, how and when, and the audit logs, which still verify.",
            "This cannot be undone. Export the data first if anybody may ask for it.",
        ),
        refusal=_not_purgeable,
        perform=purge,
        danger=True,
        typed=True,
    ),
)
OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _ALL}
