"""What the worker does for credentials; each is safe to run twice."""

from datetime import timedelta
from logging import getLogger
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app
from slack_sdk import WebClient

from installations import calls, effects, rotation, services
from installations.crypto import SecretUnreadableError
from installations.effects import Effect
from installations.errors import (
    NotInstalledError,
    RejectedError,
    SlackCallError,
    TemporaryError,
)
from installations.models import Installation, Workspace, WorkspaceState
from installations.oauth_state_store import delete_expired_states
from installations.queries.credentials import with_bot_row
from installations.retries import RETRY
from installations.services import tokens
from installations.services.departures import GIVEN_UP_AFTER
from installations.services.tokens import BOT, USER

BATCH = 1000  # rows a periodic task looks at; the next run takes the rest
PAGE = 100  # workspaces of an organisation, a call
PAGES = 200

logger = getLogger(__name__)


@app.periodic(cron="*/10 * * * *")
@app.task(name="installations.refresh_expiring", retry=RETRY)
def refresh_expiring(timestamp: int) -> None:
    """Queue a refresh for every token that would expire within two hours."""
    for kind in (BOT, USER):
        due = tokens.expiring(client_id=settings.SLACK_CLIENT_ID, kind=kind, ahead=rotation.AHEAD)
        for installation_id in due.values_list("pk", flat=True)[:BATCH]:
            effects.enqueue_once(
                Effect.REFRESH_TOKENS, key=installation_id, installation_id=installation_id
            )


@app.task(name=Effect.REFRESH_TOKENS, retry=RETRY)
def refresh_tokens(*, installation_id: int, at_once: int = 0) -> None:
    """Replace the installation's tokens ahead of their end; one failing, still the other.

    ``at_once``: the bot's now, and nothing else; then no other's failure has it done again. Each
    refresh ends the token before the last, which somebody may be using.

    A row that newer credentials have replaced is left alone: Slack keeps two tokens at a time, so
    refreshing an old one would end a current one.
    """
    row = Installation.objects.get(pk=installation_id)
    ahead = timedelta(days=1) if at_once else rotation.AHEAD
    failures: list[Exception] = []
    for kind in (BOT,) if at_once else (BOT, USER):
        if kind is BOT and services.newer_bots(row).exists():
            continue
        try:
            rotation.refresh(installation_id, kind, ahead=ahead)
        except (SlackCallError, SecretUnreadableError) as failed:
            logger.warning("%s token of installation %s: %s", kind.name, row.pk, failed)
            failures.append(failed)
    if failures:
        raise next((one for one in failures if isinstance(one, TemporaryError)), failures[0])


@app.task(name=Effect.CHECK_INSTALLATION, retry=RETRY)
def check_installation(*, installation_id: int, said_gone: int = 0) -> None:
    """Ask Slack whether an installation works and where, and keep the answer.

    ``said_gone``: an event said that it was removed, though it looked newer than the event. Only
    then a dead token is taken for an uninstall; Slack alone saying so may be a mistake of Slack's.
    """
    row = Installation.objects.get(pk=installation_id)
    if not row.bot_token or row.leaving_at:
        return
    try:
        row = rotation.with_live_bot(row)
        client = calls.web_client(row.reveal("bot_token"))
        identity = calls.call(client, "auth.test")
        teams = _teams_of(client) if row.is_enterprise_install else {}
    except NotInstalledError as dead:
        services.mark_needs_reauth(installation_id=row.pk, code=dead.code, sealed=row.bot_token)
        if said_gone:
            services.end_dead(installation_id=row.pk)
        return
    services.recover(installation_id=row.pk)
    _keep_where(row, identity, teams)


def _keep_where(row: Installation, identity: dict[str, Any], teams: dict[str, str]) -> None:
    enterprise_id = str(identity.get("enterprise_id") or row.enterprise_id or "")
    if row.is_enterprise_install:
        services.grant_access(
            client_id=row.client_id, enterprise_id=enterprise_id, team_ids=teams, names=teams
        )
        services.keep_access(
            client_id=row.client_id, enterprise_id=enterprise_id, team_ids=list(teams)
        )
    elif row.team_id:
        services.follow_enterprise(team_id=row.team_id, enterprise_id=enterprise_id)


def _teams_of(client: WebClient) -> dict[str, str]:
    """Return the workspaces in which an organisation has the app, names by id.

    Raises:
        TemporaryError: the list does not end, so it says nothing of those that are not in it.
    """
    teams: dict[str, str] = {}
    cursor = ""
    for _ in range(PAGES):
        answer = calls.call(client, "auth.teams.list", limit=PAGE, cursor=cursor or None)
        teams |= {
            str(team["id"]): str(team.get("name") or "") for team in answer.get("teams") or []
        }
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return teams
    raise TemporaryError("endless_list")


@app.task(name=Effect.REVOKE_INSTALLATION, retry=RETRY)
def revoke_installation(*, installation_id: int) -> None:
    """Tell Slack that we leave, then wipe the tokens; after a day without an answer, wipe them."""
    row = Installation.objects.get(pk=installation_id)
    if not row.bot_token:
        return
    try:
        token = rotation.with_live_bot(row).reveal("bot_token")
        calls.call_as_app("apps.uninstall", token=token)
        slack_knows = True
    except NotInstalledError:
        slack_knows = True
    except RejectedError as refused:
        logger.error("Slack does not let us leave by installation %s: %s", row.pk, refused.code)  # noqa: TRY400  # its code says it all
        slack_knows = False
    services.finish_uninstall(installation_id=row.pk, slack_knows=slack_knows)


@app.periodic(cron="*/10 * * * *")
@app.task(name="installations.sweep", retry=RETRY)
def sweep(timestamp: int) -> None:
    """Finish the uninstalls whose wake-up was lost, or of which Slack could not be told."""
    for row in services.unfinished_uninstalls()[:BATCH]:
        if row.leaving_at and row.leaving_at < timezone.now() - GIVEN_UP_AFTER:
            services.finish_uninstall(installation_id=row.pk, slack_knows=False)
        else:
            effects.enqueue_once(Effect.REVOKE_INSTALLATION, key=row.pk, installation_id=row.pk)


@app.periodic(cron="23 * * * *")
@app.task(name="installations.purge_due", retry=RETRY)
def purge_due(timestamp: int) -> None:
    """Queue the purge of the workspaces whose grace is over."""
    due = services.due_for_purge(grace=timedelta(days=settings.CONTENT_KEPT_DAYS))
    for workspace_id in due.values_list("pk", flat=True)[:BATCH]:
        effects.enqueue_once(Effect.PURGE_WORKSPACE, key=workspace_id, workspace_id=workspace_id)


@app.periodic(cron="41 5 * * *")
@app.task(name="installations.recheck", retry=RETRY)
def recheck(timestamp: int) -> None:
    """Ask about the installations that Slack refused: a mistake of Slack's must not last."""
    refused = Workspace.objects.filter(state=WorkspaceState.NEEDS_REAUTH)
    speaking: QuerySet[Any] = with_bot_row(refused).exclude(Q(bot_row=None))
    for installation_id in speaking.values_list("bot_row", flat=True).distinct():
        effects.enqueue_once(
            Effect.CHECK_INSTALLATION, key=installation_id, installation_id=installation_id
        )


@app.periodic(cron="*/10 * * * *")
@app.task(name="installations.delete_expired_states", retry=RETRY)
def forget_abandoned_installs(timestamp: int) -> None:
    delete_expired_states()
