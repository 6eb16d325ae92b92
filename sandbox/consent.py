"""The consent page at ``/oauth/v2/authorize``: who installs what, where."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.authorize import (
    ApprovalPendingError,
    ConsentError,
    Wish,
    allow,
    back,
    offers_org,
    read_wish,
)
from sandbox.html import Markup, fill, joined, page
from sandbox.scopes import WORDS
from sandbox.slack import Slack
from sandbox.workspace import Team, User

ASKED = ("client_id", "scope", "user_scope", "state", "redirect_uri")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}

TAB = '<a class="tab$current" href="?$query"$aria><span class="tile $tint">$initial</span>$name</a>'
PERSON = '<option value="$user_id"$selected>$name · $title</option>'
FIELD = '<input type="hidden" name="$name" value="$value">'
SCOPE = "<li>$words <code>$scope</code></li>"
REACH = (
    '<label for="reach">Install for</label><select id="reach" name="reach">'
    '<option value="team">$team only</option><option value="org">All of $org</option></select>'
)
GROUP = "<h2>$title</h2><ul>$items</ul>"


def routes(slack: Slack) -> list[Route]:
    """Return the page and what its buttons do."""
    path = "/oauth/v2/authorize"
    return [
        Route(path, _asking(slack, _show)),
        Route(path, _asking(slack, _decide), methods=["POST"]),
    ]


def _asking(
    slack: Slack, do: Callable[[Slack, Mapping[str, str]], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = await request.form() if request.method == "POST" else request.query_params
        query = {key: value for key, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(_answer, slack, do, query)

    return endpoint


def _answer(
    slack: Slack, do: Callable[[Slack, Mapping[str, str]], Response], query: Mapping[str, str]
) -> Response:
    try:
        with slack.lock:
            return do(slack, query)
    except ApprovalPendingError as error:
        asked = page("requested.html", app=slack.manifest.name, message=str(error))
        return HTMLResponse(asked, headers=HEADERS)
    except ConsentError as error:
        body = page("error.html", message=str(error), code=error.code)
        return HTMLResponse(body, 400, HEADERS)


def _show(slack: Slack, query: Mapping[str, str]) -> Response:
    wish = read_wish(slack, query)
    team = _team(slack, query)
    body = page(
        "consent.html",
        app=slack.manifest.name,
        initial=slack.manifest.name[:1].upper(),
        description=slack.manifest.description,
        workspace=team.name,
        tabs=_tabs(slack, query, team),
        people=_people(slack, team),
        fields=_fields(query, team),
        reach=_reach(slack, team),
        permissions=_permissions(slack, wish),
        again=_already(slack, team),
    )
    return HTMLResponse(body, headers=HEADERS)


def _decide(slack: Slack, query: Mapping[str, str]) -> Response:
    wish = read_wish(slack, query)
    if query.get("decision") != "allow":
        return RedirectResponse(back(wish, error="access_denied"), 302, HEADERS)
    team_id, user_id = _team(slack, query).team_id, query.get("user_id", "")
    code = allow(slack, wish, team_id, user_id, org=query.get("reach") == "org")
    return RedirectResponse(back(wish, code=code), 302, HEADERS)


def _team(slack: Slack, query: Mapping[str, str]) -> Team:
    """Return the workspace the link asks for, else the first."""
    teams = slack.state.teams
    return teams.get(query.get("team", "")) or next(iter(teams.values()))


def _tabs(slack: Slack, query: Mapping[str, str], chosen: Team) -> Markup:
    """Return one link per workspace; without scripts, choosing one loads the page again."""
    kept = {key: query[key] for key in ASKED if key in query}
    return joined(
        [
            fill(
                TAB,
                query=urlencode({**kept, "team": team.team_id}),
                current=" current" if team is chosen else "",
                aria=Markup(' aria-current="true"' if team is chosen else ""),
                tint=f"tint-{index % 2}",
                initial=team.name[:1],
                name=team.name,
            )
            for index, team in enumerate(slack.state.teams.values())
        ]
    )


def _people(slack: Slack, team: Team) -> Markup:
    """Return those who may install: everyone but guests, admins first."""
    able = [person for person in slack.state.people_of(team.team_id) if not person.is_guest]
    able.sort(key=lambda person: not person.is_admin)
    return joined([_person(person, first=person is able[0]) for person in able])


def _person(person: User, *, first: bool) -> Markup:
    selected = Markup(" selected" if first else "")
    return fill(
        PERSON,
        user_id=person.user_id,
        selected=selected,
        name=person.real_name,
        title=person.title,
    )


def _fields(query: Mapping[str, str], team: Team) -> Markup:
    kept = {key: query[key] for key in ASKED if key in query} | {"team": team.team_id}
    return joined([fill(FIELD, name=name, value=value) for name, value in kept.items()])


def _permissions(slack: Slack, wish: Wish) -> Markup:
    groups = {
        f"{slack.manifest.name} will be able to": wish.scopes,
        "On your behalf": wish.user_scopes,
    }
    return joined(
        [
            fill(GROUP, title=title, items=joined([_scope(scope) for scope in asked]))
            for title, asked in groups.items()
            if asked
        ]
    )


def _scope(scope: str) -> Markup:
    return fill(SCOPE, words=WORDS[scope], scope=scope)


def _reach(slack: Slack, team: Team) -> Markup:
    """Offer the whole organisation, where there is one and the app is ready for it."""
    enterprise = slack.state.enterprise_of(team.team_id)
    if enterprise is None or not offers_org(slack, team):
        return Markup("")
    return fill(REACH, team=team.name, org=enterprise.name)


def _already(slack: Slack, team: Team) -> str:
    if slack.state.installation(team.team_id) is None:
        return ""
    return f"Already installed in {team.name}. Allowing again renews its access."
