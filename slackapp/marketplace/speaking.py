"""Whether the app behaves in Slack as people there may expect."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import reverse

import approvals.slack
from approvals import queries
from approvals.slack import home, notices
from approvals.slack.ids import COMMAND, ActionId
from installations.models import Workspace
from installations.scopes import SCOPES
from slackapp.manifest import manifest
from slackapp.marketplace import trial
from slackapp.marketplace.pages import PAGES
from slackapp.marketplace.requirement import Requirement
from slackapp.marketplace.visits import Browser, text_of

OK = 200
BROADCAST = re.compile(r"<!(channel|here|everyone)|@(channel|everyone)\b|#general\b")
# The Marketplace refuses apps that move money in Slack, and claims in Slack's name
REFUSED_WORDS = re.compile(
    r"financial transactions?|(send|transfer|move)s? money|(make|take|execute)s? payments?"
    r"|pay (now|with)|slack[- ](certified|approved)"
    r"|\b(is|are|officially) (certified|endorsed|approved) by slack",
    re.IGNORECASE,
)
# Slack's words for a message that does not arrive, which somebody can do something about
TOLD_APART = ("channel_not_found", "is_archived", "not_in_channel", "restricted_action")


def helps_whoever_asks() -> Iterator[str]:
    trial.installed()
    for text in ("help", "zzz"):
        answer = trial.command(text)
        said = json.loads(answer.content or b"{}") if answer.status_code == OK else {}
        if f"{COMMAND} help" not in said.get("text", ""):
            yield f"{COMMAND} {text} does not say how the command is used."
        elif said.get("response_type", "ephemeral") != "ephemeral":
            yield f"{COMMAND} {text} is answered in front of everybody."


def hints_at_its_use() -> Iterator[str]:
    for command in manifest(settings.APP_URL)["features"]["slash_commands"]:
        if not (command.get("usage_hint") and command.get("description")):
            yield f"{command['command']} needs a description and a usage hint."


def welcomes_everybody_home() -> Iterator[str]:
    trial.installed()
    workspace = Workspace.objects.get(team_id=trial.TEAM_ID)
    drawn = json.dumps(home.home_view(queries.home(workspace=workspace, user_id="U0STRANGER")))
    if f"{COMMAND} setup" not in drawn:
        yield "The Home tab has to say the next step where nothing is set up."
    if f"{settings.APP_URL}/support" not in drawn:
        yield "The Home tab has to lead to the support page."
    if not manifest(settings.APP_URL)["features"]["app_home"]["home_tab_enabled"]:
        yield "The manifest has to turn the Home tab on."


def takes_no_messages() -> Iterator[str]:
    tabs = manifest(settings.APP_URL)["features"]["app_home"]
    if tabs["messages_tab_enabled"] and not tabs["messages_tab_read_only_enabled"]:
        yield "Nobody answers direct messages; make the Messages tab read-only in the manifest."


def calls_nobody_together() -> Iterator[str]:
    for file, text in _texts():
        if BROADCAST.search(text):
            yield f"{file} calls a whole channel: {text[:60]!r}."


def says_what_to_do() -> Iterator[str]:
    for code in TOLD_APART:
        if len(notices.NEXT_STEPS.get(code, "")) < len("Tell an admin."):
            yield f"Say in approvals/slack/notices.py what to do about {code}."


def uses_no_refused_words() -> Iterator[str]:
    said = [
        *_texts(),
        *((reverse(name), text_of(Browser().get(reverse(name)))) for name in PAGES),
        ("the manifest", json.dumps(manifest(settings.APP_URL))),
        *((scope.name, scope.reason) for scope in SCOPES),
    ]
    for where, text in said:
        if found := REFUSED_WORDS.search(text):
            yield f"{where} says {found[0]!r}, which the Marketplace refuses."


def _texts() -> Iterator[tuple[str, str]]:
    """Yield every text in the app's face in Slack, with its file."""
    folder = Path(approvals.slack.__path__[0])
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def offers_a_start() -> Iterator[str]:
    nothing = queries.HomePage((), (), (), setup=None, may_set_up=True, site_url=settings.APP_URL)
    if ActionId.SET_UP not in json.dumps(home.home_view(nothing)):
        yield "The Home tab has to offer an admin the set-up."


REQUIREMENTS = (
    Requirement(
        name="slash-command",
        area="Slash command",
        rule="help and unknown words are answered with the usage, to that person alone",
        check=helps_whoever_asks,
        writes=True,
    ),
    Requirement(
        name="command-hint",
        area="Slash command",
        rule="The command has a description and a hint",
        check=hints_at_its_use,
    ),
    Requirement(
        name="home-for-everybody",
        area="App Home",
        rule="The Home tab is of use to people nobody knows, and names the next step",
        check=welcomes_everybody_home,
        writes=True,
    ),
    Requirement(
        name="onboarding",
        area="Onboarding",
        rule="An admin is led to the set-up",
        check=offers_a_start,
    ),
    Requirement(
        name="messages-tab",
        area="Messages tab",
        rule="People cannot write where nobody answers",
        check=takes_no_messages,
    ),
    Requirement(
        name="no-broadcasts",
        area="Notifications",
        rule="No message calls a whole channel",
        check=calls_nobody_together,
    ),
    Requirement(
        name="errors",
        area="Errors",
        rule="What Slack refuses is told with what to do",
        check=says_what_to_do,
    ),
    Requirement(
        name="wording",
        area="Wording",
        rule="No text speaks of moving money or in Slack's name",
        check=uses_no_refused_words,
    ),
)
