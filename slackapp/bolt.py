"""The composition root: one Bolt app, to which every room registers its listeners."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.oauth.oauth_settings import OAuthSettings

from approvals.slack import listeners
from installations.authorize import DatabaseAuthorize
from installations.store import DjangoInstallationStore, DjangoOAuthStateStore
from slackapp import errors

NOT_INSTALLED = (
    "Countersign is not installed in this workspace, or not any more. Nothing was recorded. "
    "An admin can add it again with Add to Slack at {url}"
)


def keep_off_the_network(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
    """Drop the ``response_url``: Bolt would call it by itself, inside our transaction."""
    context.pop("response_url", None)
    return next_()


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
        authorize=DatabaseAuthorize(store),  # type: ignore[arg-type]  # narrower than it behaves
        oauth_settings=OAuthSettings(
            client_id=settings.SLACK_CLIENT_ID,
            client_secret=settings.SLACK_CLIENT_SECRET,
            installation_store=store,
            state_store=DjangoOAuthStateStore(),
        ),
        before_authorize=keep_off_the_network,
        user_facing_authorize_error_message=NOT_INSTALLED.format(url=settings.APP_URL),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    bolt_app.error(errors.on_error)
    listeners.register(bolt_app)
    return bolt_app
