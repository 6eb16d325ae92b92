"""The line to Slack: the only place that makes a ``WebClient``."""

import json
from typing import Any

from django.conf import settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot

from installations import errors, services
from installations.crypto import KeyMissingError, SecretUnreadableError
from installations.models import Workspace, WorkspaceState
from installations.store import DjangoInstallationStore

WORKER_TIMEOUT = 10  # seconds
ACK_TIMEOUT = 2  # seconds; a trigger lives three


def anonymous_client() -> WebClient:
    """Return a client without a token, for ``oauth.v2.access``."""
    return _web_client(None, WORKER_TIMEOUT)


class SlackLine:
    """Calls Slack as the bot of one workspace and turns Slack's refusals into our few types.

    Nothing is retried here: the queue repeats work, a person repeats a click.
    """

    def __init__(self, workspace: Workspace, *, timeout: int = WORKER_TIMEOUT) -> None:
        self._workspace = workspace
        self._bot = _bot(workspace)
        self._client = _web_client(self._bot.bot_token, timeout)

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Return Slack's answer to ``method``; arguments that are None are left out.

        A dead token marks the workspace, so that nobody goes on calling with it.

        Raises:
            NotInstalledError: the token is dead.
            RejectedError: Slack refuses this call for good.
            TemporaryError: Slack may accept it later.
        """
        try:
            response = self._client.api_call(method, data=_as_form(arguments))
        except SlackApiError as error:
            raise self._read(error) from error
        except errors.NO_ANSWER as broken:
            raise errors.TemporaryError(type(broken).__name__) from broken
        return errors.answer(response.data)

    def _read(self, error: SlackApiError) -> errors.SlackCallError:
        failure = errors.from_slack(error)
        if isinstance(failure, errors.NotInstalledError):
            services.mark_needs_reauth(
                workspace_id=self._workspace.pk, installed_at=self._bot.installed_at
            )
        return failure


def _as_form(arguments: dict[str, Any]) -> dict[str, str]:
    """Return the one encoding that every method takes: form fields, structures as JSON in them."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in arguments.items()
        if value is not None
    }


def _bot(workspace: Workspace) -> Bot:
    """Return the bot to speak as in ``workspace``.

    Raises:
        NotInstalledError: it was uninstalled, or its token does not open.
        TemporaryError: the key that opens it is missing.
    """
    if workspace.state == WorkspaceState.UNINSTALLED:
        raise errors.NotInstalledError("uninstalled")
    store = DjangoInstallationStore(client_id=settings.SLACK_CLIENT_ID)
    try:
        bot = store.find_bot_for(enterprise_id=workspace.enterprise_id, team_id=workspace.team_id)
    except KeyMissingError as missing:  # a deploy without the key; it may come back
        raise errors.TemporaryError("key_missing") from missing
    except SecretUnreadableError as unreadable:
        raise errors.NotInstalledError("token_unreadable") from unreadable
    if bot is None:
        raise errors.NotInstalledError("not_installed")
    return bot


def _web_client(token: str | None, timeout: int) -> WebClient:
    return WebClient(
        token=token, base_url=settings.SLACK_API_URL, timeout=timeout, retry_handlers=[]
    )
