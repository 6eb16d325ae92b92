"""Whether the public pages are there, open to everybody, and say what they have to."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from installations.scopes import Kind, Variant, asked
from slackapp.marketplace.requirement import Requirement
from slackapp.marketplace.visits import Browser, text_of

OK, NOT_FOUND = 200, 400  # from 400 on there is nothing to see
PAGES = ("landing", "support", "privacy", "terms", "security")
LINK = re.compile(r'(?:href|src)="([^"#?]*)[^"]*"')
YEAR = timedelta(days=366)
# What a privacy policy has to speak of, as words that stand on the page
TOLD = ("collect", "how long", "delet", "a copy of", "support")


def pages_are_public() -> Iterator[str]:
    for name in PAGES:
        answer = Browser().get(reverse(name))
        if answer.status_code != OK:
            yield f"{reverse(name)} answers {answer.status_code}; everybody has to see it."
        elif not answer.headers["Content-Type"].startswith("text/html"):
            yield f"{reverse(name)} is no page."


def links_lead_somewhere() -> Iterator[str]:
    browser = Browser()
    found = {
        (link, name)
        for name in PAGES
        for link in LINK.findall(text_of(browser.get(reverse(name))))
        if link.startswith("/")
    }
    for link, name in sorted(found):
        if (status := browser.get(link).status_code) >= NOT_FOUND:
            yield f"{reverse(name)} links to {link}, which answers {status}."


def landing_shows_the_way_in() -> Iterator[str]:
    text = _text("landing")
    for name, what in (("install", "Add to Slack"), ("privacy", "Privacy"), ("support", "Support")):
        if f'href="{reverse(name)}"' not in text or what not in text:
            yield f"The landing page needs a link {what!r} to {reverse(name)}."
    if not re.search(r"<(figure|img|picture|video)\b", text.partition("<main")[2]):
        yield "The landing page has to show how the app works, with pictures."


def landing_explains_the_scopes() -> Iterator[str]:
    text = _text("landing")
    for scope in asked(Kind.BOT, Variant.MARKETPLACE):
        if scope.name not in text or escape(scope.reason[1:]) not in text:
            yield f"The landing page has to give the reason for {scope.name}."


def support_can_be_reached() -> Iterator[str]:
    text = _text("support")
    if 'method="post"' not in text:
        yield "The support page needs its form, which works without an account."
    if not settings.SUPPORT_EMAIL:
        yield "Set SUPPORT_EMAIL to a mailbox that somebody reads every working day."
    elif settings.SUPPORT_EMAIL not in text:
        yield "The support page has to name SUPPORT_EMAIL."


def privacy_tells_the_settings() -> Iterator[str]:
    text = _text("privacy")
    kept = {
        "CONTENT_KEPT_DAYS": settings.CONTENT_KEPT_DAYS,
        "DELIVERIES_KEPT_DAYS": settings.DELIVERIES_KEPT_DAYS,
        "SUPPORT_KEPT_DAYS": settings.SUPPORT_KEPT_DAYS,
    }
    for name, days in kept.items():
        if not re.search(rf"(?<!\d){days} days?\b", text):
            yield f"/privacy does not say that {name} is {days} days."


def privacy_tells_the_rest() -> Iterator[str]:
    text = _text("privacy")
    for word in TOLD:
        if word not in text.lower():
            yield f"/privacy does not speak of {word!r}."
    if settings.SUPPORT_EMAIL not in text or reverse("support") not in text:
        yield "/privacy has to name an address or a form to write to."
    named = settings.OPERATOR_NAME != settings.UNNAMED_OPERATOR
    if not named or escape(settings.OPERATOR_NAME) not in text:
        yield "/privacy has to say who runs this; set OPERATOR_NAME."


def privacy_tells_of_uninstalling() -> Iterator[str]:
    text = " ".join(_text("privacy").split())
    if not re.search(r"(removed|uninstalled?)[^<]*tokens are wiped at once", text):
        yield "/privacy has to say that tokens are wiped when the app is removed."


def finders_know_where_to_go() -> Iterator[str]:
    answer = Browser().get(reverse("security-txt"))
    fields = dict(re.findall(r"^([A-Za-z-]+): (.+)$", text_of(answer), re.MULTILINE))
    if not answer.headers["Content-Type"].startswith("text/plain"):
        yield "/.well-known/security.txt has to be plain text (RFC 9116)."
    if not fields.get("Contact", "").startswith(("mailto:", "https://")):
        yield "/.well-known/security.txt names no contact; set SECURITY_EMAIL."
    if not _is_near(fields.get("Expires", "")):
        yield "/.well-known/security.txt needs an Expires within the next year."
    if fields.get("Canonical") != f"{settings.APP_URL}{reverse('security-txt')}":
        yield "/.well-known/security.txt does not name its own address under APP_URL."


def _text(name: str) -> str:
    return text_of(Browser().get(reverse(name)))


def _is_near(expires: str) -> bool:
    try:
        moment = datetime.fromisoformat(expires)
    except ValueError:
        return False
    now = timezone.now()
    return moment.tzinfo is not None and now < moment < now + YEAR


REQUIREMENTS = (
    Requirement(
        name="public-pages",
        area="Landing, support, privacy",
        rule="Every page is open to people without an account",
        check=pages_are_public,
    ),
    Requirement(
        name="links",
        area="Broken links",
        rule="No page links to something that is not there",
        check=links_lead_somewhere,
        writes=True,  # one of the links starts an install
    ),
    Requirement(
        name="landing-page",
        area="Landing page",
        rule="Made for this app: how it works, the way in, privacy, support",
        check=landing_shows_the_way_in,
    ),
    Requirement(
        name="scopes-on-landing-page",
        area="Scopes",
        rule="The landing page explains every permission",
        check=landing_explains_the_scopes,
    ),
    Requirement(
        name="support-page",
        area="Support page",
        rule="A form and an address, without an account",
        check=support_can_be_reached,
    ),
    Requirement(
        name="privacy-numbers",
        area="Privacy policy",
        rule="How long data is kept is what the settings say",
        check=privacy_tells_the_settings,
    ),
    Requirement(
        name="privacy-page",
        area="Privacy policy",
        rule="What is kept, for whom, how to get it, how to have it deleted, whom to ask",
        check=privacy_tells_the_rest,
    ),
    Requirement(
        name="uninstall-policy",
        area="Privacy policy",
        rule="It says what happens to tokens when the app is removed",
        check=privacy_tells_of_uninstalling,
    ),
    Requirement(
        name="security-txt",
        area="Security",
        rule="Finders of a weakness know where to go",
        check=finders_know_where_to_go,
    ),
)
