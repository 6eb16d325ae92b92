"""Answers Bolt's question which bot speaks here, from the database alone.

Bolt's own InstallationStoreAuthorize calls ``auth.test`` with every request, hands one person's
user token to another when its cache is on, and refreshes tokens without a lock.
"""

from logging import getLogger

from slack_bolt import BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize

from installations.speaking import bot_row_for
from installations.store import DjangoInstallationStore

logger = getLogger(__name__)


class DatabaseAuthorize(Authorize):
    """Finds the workspace's own bot, or that of its organisation; never a user token.

    A token that does not open is a failure of ours, not an uninstalled app: it raises. One that
    has expired is handed over as it is: whoever calls Slack refreshes it first.
    """

    def __init__(self, store: DjangoInstallationStore) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt's
        self.store = store

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult | None:
        row = bot_row_for(
            client_id=self.store.client_id, team_id=team_id, enterprise_id=enterprise_id
        )
        if row is None:
            logger.warning("no bot for team %s of enterprise %s", team_id, enterprise_id)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=row.bot_id or None,
            bot_user_id=row.bot_user_id or None,
            bot_token=row.reveal("bot_token"),
            bot_scopes=row.bot_scopes,
        )
