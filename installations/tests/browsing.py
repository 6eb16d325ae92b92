"""What a person's browser does between us and Slack."""

import html
from urllib.parse import parse_qs, urlsplit

from installations.views.failures import FAILURES

CALLBACK = "/slack/oauth/callback"
CONNECT = "/slack/connect/start"


def start(browser, path="/slack/install", **query):
    """Return the state of what this browser has begun."""
    return parse_qs(urlsplit(browser.get(path, query).url).query)["state"][0]


def come_back(browser, **query):
    return browser.get(CALLBACK, query)


def consent(slack, browser, team="northwind", *, path="/slack/install", **by):
    """Return the address that Slack sends the browser back to after Allow."""
    link = browser.get(path).url
    return local(slack.install_redirect(team, authorize_url=link, **by))


def local(url: str) -> str:
    return f"{urlsplit(url).path}?{urlsplit(url).query}"


def install(slack, browser, team="northwind", **by):
    return browser.get(consent(slack, browser, team, **by))


def connect(slack, browser, team="northwind", **by):
    """Have a person give us their own token."""
    return browser.get(consent(slack, browser, team, path=CONNECT, **by))


def says(page, name: str, way_on: str = "/slack/install") -> bool:
    """Return whether the page is this failure, with its words, a way on, and no secret."""
    failure, text = FAILURES[name], html.unescape(page.content.decode())
    assert page.status_code == failure.status, text
    assert f'href="{way_on}"' in text
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert "xox" not in text
    return failure.title in text and failure.explanation in text


def own_lines(caplog):
    return [line for line in caplog.records if line.name.startswith("installations.")]
