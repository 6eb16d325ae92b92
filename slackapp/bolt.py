"""The composition root: one Bolt app, to which every room registers its listeners."""

from functools import cache
from typing import Any

from django.conf import settings
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.oauth_settings import OAuthSettings

from approvals.slack import listeners
from installations.authorize import DatabaseAuthorize
from installations.errors import NotInstalledError
from installations.listeners import settle_lifecycle
from installations.store import DjangoInstallationStore, DjangoOAuthStateStore
from slackapp import errors


class InstalledOnly(DatabaseAuthorize):
    """Refuses what comes from a workspace without a bot.

    Bolt would acknowledge it silently, after calling the ``response_url`` in our transaction.
    """

    def __call__(self, **arguments: Any) -> AuthorizeResult:
        result = super().__call__(**arguments)
        if result is None:
            raise NotInstalledError("not_installed")
        return result


@cache
def app() -> App:
    """Return the app that all transports dispatch to; the same for every workspace.

    Transports have verified and parsed what they hand over, so Bolt's own verification is off.
    Listeners run in the caller's thread and transaction. The OAuth settings are given because
    Bolt, finding a client id in the environment, would make file-based ones of its own.
    """
    store = DjangoInstallationStore(client_id=settings.SLACK_CLIENT_ID)
    bolt_app = App(
        name="countersign",
        signing_secret="",
        authorize=InstalledOnly(store),
        before_authorize=settle_lifecycle,
        oauth_settings=OAuthSettings(
            client_id=settings.SLACK_CLIENT_ID,
            client_secret=settings.SLACK_CLIENT_SECRET,
            installation_store=store,
            state_store=DjangoOAuthStateStore(),
        ),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    bolt_app.error(errors.on_error)
    listeners.register(bolt_app)
    return bolt_app
