"""The line to Slack: calls as the bot that speaks in a workspace."""

from typing import Any

from django.conf import settings

from installations import calls, errors, rotation, services
from installations.calls import Patience
from installations.crypto import KeyMissingError, SecretUnreadableError
from installations.models import Installation, Workspace, WorkspaceState
from installations.speaking import bot_row_for

# What an organisation's token must say of which workspace it asks:
# docs.slack.dev/enterprise/developing-for-enterprise-orgs
PER_WORKSPACE = frozenset(
    {
        "bots.info",
        "conversations.create",
        "conversations.list",
        "team.info",
        "usergroups.list",
        "usergroups.users.list",
        "users.conversations",
        "users.list",
    }
)


class SlackLine:
    """Calls Slack as the bot of one workspace and turns Slack's refusals into our few types.

    A token about to expire is refreshed first, so a line is not made inside a transaction.
    Nothing is retried here: the queue repeats work, a person repeats a click. ``timeout`` is in
    seconds and for all that the line does, the refresh included; None is a worker's, a call.
    """

    def __init__(self, workspace: Workspace, *, timeout: float | None = None) -> None:
        self._workspace = workspace
        self._patience = Patience() if timeout is None else Patience.of(timeout)
        self._row, self._token = _bot(workspace, self._patience)

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Return Slack's answer to ``method``; arguments that are None are left out.

        A dead token marks the workspace, so that nobody goes on calling with it.

        Raises:
            NotInstalledError: the token is dead.
            RejectedError: Slack refuses this call for good.
            TemporaryError: Slack may accept it later.
        """
        if self._row.is_enterprise_install and method in PER_WORKSPACE:
            arguments = {"team_id": self._workspace.team_id, **arguments}
        try:
            client = calls.web_client(self._token, timeout=self._patience.seconds)
            return calls.call(client, method, **arguments)
        except errors.SlackCallError as failure:
            self._note(failure)
            raise

    def _note(self, failure: errors.SlackCallError) -> None:
        services.note_api_error(workspace_id=self._workspace.pk, code=failure.code)
        if failure.code == errors.NO_ACCESS and self._row.is_enterprise_install:
            services.note_lost_access(
                client_id=self._row.client_id, workspace_id=self._workspace.pk
            )
        elif isinstance(failure, errors.NotInstalledError):
            services.mark_needs_reauth(
                installation_id=self._row.pk, code=failure.code, sealed=self._row.bot_token
            )


def _bot(workspace: Workspace, patience: Patience) -> tuple[Installation, str]:
    """Return the credentials to speak with in ``workspace``, and their token.

    Raises:
        NotInstalledError: it was uninstalled, or its token does not open.
        TemporaryError: the key that opens it is missing, or no live token is to be had now.
    """
    if workspace.state == WorkspaceState.UNINSTALLED:
        raise errors.NotInstalledError("uninstalled")
    row = bot_row_for(
        client_id=settings.SLACK_CLIENT_ID,
        team_id=workspace.team_id,
        enterprise_id=workspace.enterprise_id,
    )
    if row is None:
        raise errors.NotInstalledError("not_installed")
    return _opened(row, patience)


def _opened(row: Installation, patience: Patience) -> tuple[Installation, str]:
    try:
        row = rotation.with_live_bot(row, patience)
        token = row.reveal("bot_token")
    except KeyMissingError as missing:  # a deploy without the key; it may come back
        raise errors.TemporaryError("key_missing") from missing
    except SecretUnreadableError as unreadable:
        raise errors.NotInstalledError("token_unreadable") from unreadable
    if not token:  # wiped while we asked
        raise errors.NotInstalledError("not_installed")
    return row, token
