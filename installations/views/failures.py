"""What a page says where an install or a person's consent stops, and the way on from there."""

from dataclasses import dataclass
from logging import getLogger

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from procrastinate.exceptions import ConnectorException

from installations import oauth
from installations.errors import NO_WORD, WORD
from installations.models import Errand

DATABASE_TROUBLE = (Error, ConnectorException)
MINUTE = 60  # seconds

logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WayOn:
    """The button of a page; ``address`` is the name of a URL."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What a page says; ``status`` is its HTTP status.

    ``way_on`` None begins the errand again. ``operators`` is for what only they can put right.
    """

    title: str
    explanation: str
    status: int = 400
    way_on: WayOn | None = None
    operators: bool = False


ADD_TO_SLACK = WayOn("Add to Slack", "install")
CONNECT = WayOn("Start again", "connect")
BEGIN = {Errand.INSTALL: ADD_TO_SLACK, Errand.PERSON: CONNECT}

FAILURES = {
    "access_denied": Failure(
        "Nothing was installed",
        "You chose Cancel on Slack's page, so Countersign has no access to your workspace.",
        200,
    ),
    "person_declined": Failure(
        "Nothing was connected",
        "You chose Cancel on Slack's page, so Countersign cannot search as you.",
        200,
    ),
    "admin_approval": Failure(
        "An admin has to approve this first",
        "Your request went to the admins of your workspace. Slack tells you what they decide; "
        "when they have said yes, come back and start again.",
        200,
    ),
    "one_workspace": Failure(
        "This Countersign serves another workspace",
        "Its Slack app is not distributed, so it can only be added where it was made. Choose that "
        "workspace on Slack's page, or ask whoever runs this Countersign to activate public "
        "distribution in the app's settings at Slack.",
    ),
    "org_installed": Failure(
        "Your organisation has Countersign already",
        "It is installed for the whole organisation, so nothing has to be installed here. Ask an "
        "admin of the organisation to add Countersign to your workspace.",
        200,
    ),
    "wrong_scopes": Failure(
        "This Countersign is not set up right",
        "Slack does not know a permission that it asks for. Tell whoever runs this Countersign to "
        "bring the app's manifest at Slack up to date (manage.py slack_manifest).",
        operators=True,
    ),
    "wrong_address": Failure(
        "This Countersign is not set up right",
        "Slack does not send people back to this address. Tell whoever runs this Countersign to "
        f"add APP_URL followed by {oauth.CALLBACK_PATH} to the app's redirect URLs at Slack.",
        operators=True,
    ),
    "wrong_credentials": Failure(
        "This Countersign is not set up right",
        "Slack does not accept its client ID or client secret, so nothing was kept. Tell whoever "
        "runs this Countersign to compare both with the app's Basic Information at Slack.",
        500,
        operators=True,
    ),
    "other_browser": Failure(
        "This did not start here",
        "The link was opened in another browser, was used already, or is older than 10 minutes. "
        "Nothing was changed. Start again.",
    ),
    "no_code": Failure(
        "Slack sent no code", "The link from Slack is incomplete. Nothing was changed. Start again."
    ),
    "code_refused": Failure(
        "Slack did not accept the code",
        "A code works once and for 10 minutes. Nothing was changed. Start again.",
    ),
    "no_bot": Failure(
        "Slack gave us no bot",
        "Countersign speaks through a bot, so nothing was kept. Start again and leave the "
        "permissions as they are.",
    ),
    "no_person": Failure(
        "Slack gave us no permission of yours",
        "Countersign can search only with your own permission, so nothing was kept. Start again "
        "and leave the permission as it is.",
    ),
    "no_installation": Failure(
        "Countersign is not in that workspace yet",
        "It can search as you only where it is installed and working, so we gave your permission "
        "back to Slack. Ask an admin of the workspace to add Countersign first, then start again.",
        way_on=ADD_TO_SLACK,
    ),
    "slack_unreachable": Failure(
        "Slack did not answer",
        "Nothing was kept. Wait a minute, then start again.",
        502,
    ),
    "not_saved": Failure(
        "We could not save this",
        "Our database did not answer, so nothing was kept. Try again in a minute; "
        "if it happens again, tell whoever runs this Countersign.",
        503,
    ),
    "wrong_key": Failure(
        "We could not save this",
        "Countersign does not have the key that seals such permissions, so nothing was kept. "
        "Tell whoever runs this Countersign: the log names the key.",
        503,
        operators=True,
    ),
    "receipt_unread": Failure(
        "It is done, but we cannot show it now",
        "What you agreed to on Slack's page is saved. Our database did not answer when we looked "
        "for the details: reload this page in a minute, or go on in Slack.",
        503,
        way_on=WayOn("What is Countersign?", "landing"),
    ),
    "too_many": Failure(
        "Too many at once",
        "Many installs were started from your network, or everywhere, and not finished. "
        "Nothing is wrong with yours: try again in {wait}.",
        429,
    ),
    "unknown": Failure(
        "Slack reported a problem",
        "Nothing was kept. Start again.",
    ),
}


class StoppedError(Exception):
    """An errand stops here: ``name`` is a key of FAILURES, ``code`` Slack's word for it."""

    def __init__(self, name: str, code: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.code = code


def page(
    request: HttpRequest, stopped: StoppedError, errand: Errand = Errand.INSTALL
) -> HttpResponse:
    """Return the page that says why an errand stopped; the log gets Slack's word and the cause."""
    failure = FAILURES[stopped.name]
    _log(stopped, failure)
    return _render(request, failure, failure.explanation, errand)


def trouble_page(
    request: HttpRequest, trouble: Exception, errand: Errand, name: str = "not_saved"
) -> HttpResponse:
    """Return the page that says that our database did not answer."""
    stopped = StoppedError(name)
    stopped.__cause__ = trouble
    return page(request, stopped, errand)


def full_page(request: HttpRequest, retry_after: int, errand: Errand) -> HttpResponse:
    """Return the page that says when to come back; ``retry_after`` is in seconds."""
    failure = FAILURES["too_many"]
    minutes = -(-retry_after // MINUTE)
    wait = "a minute" if minutes <= 1 else f"{minutes} minutes"
    logger.warning("an install stopped: too_many")
    response = _render(request, failure, failure.explanation.format(wait=wait), errand)
    response["Retry-After"] = str(retry_after)
    return response


def _log(stopped: StoppedError, failure: Failure) -> None:
    """Log what Slack itself answered as ours to mend; anybody can write an address."""
    cause = stopped.__cause__
    say = logger.error if failure.operators and cause else logger.warning
    code = stopped.code if WORD.fullmatch(stopped.code) else stopped.code and NO_WORD
    say("an install stopped: %s %s", stopped.name, code, exc_info=cause)


def _render(
    request: HttpRequest, failure: Failure, explanation: str, errand: Errand
) -> HttpResponse:
    context = {
        "title": failure.title,
        "explanation": explanation,
        "way_on": failure.way_on or BEGIN[errand],
    }
    return render(request, "installations/failed.html", context, status=failure.status)
