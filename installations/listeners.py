"""What Slack tells of the app's own life; handled before anybody asks which bot speaks.

After an uninstall there is no bot, and Bolt's authorize would drop the very event that says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import getLogger
from typing import Any, Self

from django.conf import settings
from slack_bolt import BoltResponse

from installations import effects, services
from installations.effects import Effect
from installations.models import Installation, InstallationQuerySet
from installations.speaking import is_team

JSON = dict[str, Any]
LONGEST_ID = 32  # characters; our columns'
BEFORE_ALL = datetime.fromtimestamp(0, tz=UTC)

logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Where an event happened, and when: whole seconds of Slack's clock.

    ``team_id`` is empty where it concerns a whole organisation. Which team an org-wide uninstall
    names is not documented, so the authorization decides where there is one. An event that does
    not say when it happened is older than everything, so nothing is wiped unless Slack agrees.
    """

    team_id: str
    enterprise_id: str
    happened_at: datetime

    @classmethod
    def of(cls, body: JSON) -> Self:
        authorization = _first(body.get("authorizations"))
        team_id = _text(authorization.get("team_id")) or _text(body.get("team_id"))
        org_wide = authorization.get("is_enterprise_install") is True or not is_team(team_id)
        said = (authorization, body, _object(body.get("event")))
        enterprise_ids = [_text(one.get("enterprise_id")) for one in said]
        enterprise_ids.append(_text(body.get("context_enterprise_id")))
        enterprise_ids.append("" if is_team(team_id) else team_id)
        return cls(
            team_id="" if org_wide else team_id,
            enterprise_id=next(filter(None, enterprise_ids), ""),
            happened_at=_moment(body.get("event_time")),
        )

    @property
    def rows(self) -> InstallationQuerySet:
        """The installations that the event may be about."""
        rows = Installation.objects.filter(client_id=settings.SLACK_CLIENT_ID)
        if self.team_id:
            return rows.filter(team_id=self.team_id)
        return rows.org_wide(self.enterprise_id)

    @property
    def org_bot(self) -> Installation | None:
        """The organisation's bot, also where the event names one of its workspaces."""
        return services.org_bots(settings.SLACK_CLIENT_ID, self.enterprise_id).newest()


def settle_lifecycle(body: JSON, next_: Callable[[], BoltResponse]) -> BoltResponse:
    """Bolt middleware: handle an event about the app itself, let everything else pass."""
    event = _object(body.get("event"))
    listener = LISTENERS.get(str(event.get("type")))
    if listener is None:
        return next_()
    listener(Sender.of(body), event)
    return BoltResponse(status=200)


def app_uninstalled(sender: Sender, _event: JSON) -> None:
    if sender.team_id:
        left = services.end_team(
            client_id=settings.SLACK_CLIENT_ID,
            team_id=sender.team_id,
            happened_at=sender.happened_at,
        )
    else:
        left = services.end_organisation(
            client_id=settings.SLACK_CLIENT_ID,
            enterprise_id=sender.enterprise_id,
            happened_at=sender.happened_at,
        )
    _ask_whether_it_works(left, said_gone=True)


def tokens_revoked(sender: Sender, event: JSON) -> None:
    tokens = _object(event.get("tokens"))
    left = services.revoke_tokens(
        rows=sender.rows,
        bot_user_ids=_ids(tokens.get("bot")),
        user_ids=_ids(tokens.get("oauth")),
        happened_at=sender.happened_at,
    )
    _ask_whether_it_works(left)


def team_access_granted(sender: Sender, event: JSON) -> None:
    """Open the workspaces; Slack gives their ids only, so it is asked for the names, too."""
    services.grant_access(
        client_id=settings.SLACK_CLIENT_ID,
        enterprise_id=sender.enterprise_id,
        team_ids=_team_ids(event),
        names={},
    )
    _ask_whether_it_works(sender.org_bot)


def team_access_revoked(sender: Sender, event: JSON) -> None:
    """Close the workspaces; Slack is asked, because it may have been granted again since."""
    services.revoke_access(
        client_id=settings.SLACK_CLIENT_ID,
        enterprise_id=sender.enterprise_id,
        team_ids=_team_ids(event),
    )
    _ask_whether_it_works(sender.org_bot)


def grid_migration_started(_sender: Sender, _event: JSON) -> None:
    """Wait: until it is finished Slack refuses calls for a while, and they are repeated."""


def grid_migration_finished(sender: Sender, event: JSON) -> None:
    enterprise_id = _text(event.get("enterprise_id")) or sender.enterprise_id
    if sender.team_id and enterprise_id:
        services.follow_enterprise(team_id=sender.team_id, enterprise_id=enterprise_id)
    _ask_whether_it_works(sender.rows.with_bot().newest())


Listener = Callable[[Sender, JSON], None]
LISTENERS: dict[str, Listener] = {
    "app_uninstalled": app_uninstalled,
    "grid_migration_finished": grid_migration_finished,
    "grid_migration_started": grid_migration_started,
    "team_access_granted": team_access_granted,
    "team_access_revoked": team_access_revoked,
    "tokens_revoked": tokens_revoked,
}
LIFECYCLE_EVENTS = frozenset(LISTENERS)


def _team_ids(event: JSON) -> list[str]:
    return [team_id for team_id in _ids(event.get("team_ids")) if is_team(team_id)]


def _ids(value: object) -> list[str]:
    return list(filter(None, map(_text, value))) if isinstance(value, list) else []


def _text(value: object) -> str:
    """Return one of Slack's ids, or nothing where something else is in its place."""
    return value if isinstance(value, str) and len(value) <= LONGEST_ID else ""


def _first(value: object) -> JSON:
    """Return the first object of a list, or an empty one."""
    return _object(value[0]) if isinstance(value, list) and value else {}


def _object(value: object) -> JSON:
    return value if isinstance(value, dict) else {}


def _moment(seconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(seconds)), tz=UTC)
    except (ValueError, OverflowError, OSError):
        logger.warning("an event without a readable time")
        return BEFORE_ALL


def _ask_whether_it_works(row: Installation | None, *, said_gone: bool = False) -> None:
    """Have Slack asked about credentials that an event left alone, or that changed."""
    if row is not None:
        effects.enqueue_once(
            Effect.CHECK_INSTALLATION,
            key=f"{row.pk}:{said_gone}",
            installation_id=row.pk,
            said_gone=int(said_gone),
        )
