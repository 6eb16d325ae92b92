"""The scopes we ask for are those that the code needs: no more, no less."""

import ast
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from installations.scopes import (
    BOT_SCOPES,
    SCOPES,
    SEARCH_SCOPES,
    Kind,
    Surface,
    Variant,
    asked,
    missing,
)
from slackapp.manifest import BOT_EVENTS
from slackapp.tests.environment import BASE_DIR

ROOMS = ("installations", "approvals", "slackapp")
# "Scopes" on each method's page under docs.slack.dev/reference/methods, for a bot's token: one of
# those named is enough. A method that is called and not listed here has to be looked up there.
NEEDED = {
    "apps.uninstall": (),
    "auth.revoke": (),
    "auth.teams.list": (),
    "auth.test": (),
    "bots.info": ("users:read",),
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.open": ("im:write", "mpim:write"),
    "oauth.v2.access": (),
    "oauth.v2.exchange": (),
    "search.messages": ("search:read",),
    "team.info": ("team:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
SDK_NAMES = {name for name in dir(WebClient) if "_" in name and not name.startswith("_")}
METHODS = {name.replace("_", ".") for name in SDK_NAMES}
# They hand on whatever method they are given.
THE_LINE = {"installations/calls.py", "installations/client.py"}
NAMED_ONLY = {*THE_LINE, "installations/scopes.py"}  # tables of methods that others call


def sources() -> Iterator[tuple[str, ast.AST]]:
    for room in ROOMS:
        for path in sorted((BASE_DIR / room).rglob("*.py")):
            name = path.relative_to(BASE_DIR).as_posix()
            if "/tests/" not in name and "/migrations/" not in name:
                yield name, ast.parse(path.read_text())


def calls_in(tree: ast.AST, file: str) -> Iterator[str]:
    """Yield the Slack methods that a file calls, through our line or slack_sdk's client."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
        if name in {"call", "api_call", "call_as_app"}:
            yield from method_named(node, file)
        elif name in SDK_NAMES:
            yield name.replace("_", ".")


def method_named(node: ast.Call, file: str) -> Iterator[str]:
    given = [*node.args[:2], *(one.value for one in node.keywords if one.arg == "method")]
    named = [str(one.value) for one in given if isinstance(one, ast.Constant)]
    yield from named
    if not named and file not in THE_LINE:
        raise AssertionError(f"{file}, line {node.lineno}: which Slack method is called here?")


def methods_written_in(tree: ast.AST) -> set[str]:
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return METHODS & {value for value in constants if isinstance(value, str)}


@pytest.fixture(scope="module")
def called() -> dict[str, str]:
    """Return each Slack method that the code calls, with a file that does."""
    return {method: file for file, tree in sources() for method in calls_in(tree, file)}


def test_the_code_is_seen_calling_slack(called):
    assert {"chat.postMessage", "oauth.v2.access", "views.open"} <= set(called)


def test_no_method_is_named_that_the_walk_does_not_see_called(called):
    unseen = {
        file: methods
        for file, tree in sources()
        if file not in NAMED_ONLY
        and (methods := methods_written_in(tree) - set(calls_in(tree, file)))
    }

    assert unseen == {}


def test_every_method_that_is_called_has_been_looked_up(called):
    assert {method: file for method, file in called.items() if method not in NEEDED} == {}


def test_every_method_that_is_called_finds_a_scope_that_allows_it(called):
    held = {scope.name: scope for scope in SCOPES}
    lacking = {
        method: NEEDED[method]
        for method in called
        if NEEDED[method]
        and not any(name in held and method in held[name].methods for name in NEEDED[method])
    }

    assert lacking == {}


def test_no_scope_is_asked_for_a_method_that_nobody_calls(called):
    idle = {s.name: method for s in SCOPES for method in s.methods if method not in called}

    assert idle == {}


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_every_scope_says_what_it_is_for(scope):
    assert scope.methods or scope.surfaces
    assert scope.feature
    assert scope.reason[0].islower()  # the landing page and the manifest begin the sentence
    assert not scope.reason.endswith(".")


def test_every_surface_that_needs_a_scope_is_there(called):
    surfaces = {surface for scope in SCOPES for surface in scope.surfaces}

    assert surfaces == set(Surface)
    assert any(event.startswith("subteam_") for event in BOT_EVENTS)
    assert "chat.postMessage" in called


def test_a_scope_is_listed_once():
    assert len({(scope.name, scope.kind) for scope in SCOPES}) == len(SCOPES)


def test_what_the_marketplace_refuses_is_asked_only_by_the_self_hosted_app():
    assert asked(Kind.USER, Variant.MARKETPLACE) == ()
    assert [scope.name for scope in asked(Kind.USER, Variant.SELFHOSTED)] == ["search:read"]
    assert asked(Kind.BOT, Variant.MARKETPLACE) == asked(Kind.BOT, Variant.SELFHOSTED)


@pytest.mark.parametrize(
    "granted",
    [list(BOT_SCOPES), ",".join(BOT_SCOPES), " ".join(BOT_SCOPES), [*BOT_SCOPES, "im:write"]],
)
def test_an_installation_with_every_bot_scope_lacks_none(granted):
    assert missing(granted) == ()


def test_an_older_installation_is_told_what_it_lacks():
    granted = "chat:write,commands,users:read,usergroups:read"

    assert missing(granted) == ("channels:read", "chat:write.public")
    assert missing("") == tuple(sorted(BOT_SCOPES))


def test_a_person_s_own_scope_is_not_missed_in_an_installation():
    assert not set(SEARCH_SCOPES) & set(missing(""))


def test_the_walk_sees_calls_in_every_form():
    code = """
line.call('a.b', x=1)
client.auth_test()
client.api_call(method='c.d')
call(client, 'e.f', **more)
calls.call_as_app('g.h')
other.save('i.j')
"""

    assert list(calls_in(ast.parse(code), "x.py")) == ["a.b", "auth.test", "c.d", "e.f", "g.h"]


def test_a_call_whose_method_cannot_be_read_is_not_overlooked():
    with pytest.raises(AssertionError, match=r"x\.py, line 1"):
        list(calls_in(ast.parse("line.call(method)"), "x.py"))


def test_a_method_that_is_only_named_is_not_overlooked():
    assert methods_written_in(ast.parse("ask_slack('users.list')")) == {"users.list"}
