"""The public pages: open to everybody, true to the settings, without a broken link."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import reverse

from slackapp.checks import public_pages
from slackapp.models import Topic
from slackapp.pages import views
from slackapp.pages.support import RECEIPT_SALT

NAMES = ["landing", "support", "privacy", "terms", "security"]
INLINE = re.compile(r"<style|\sstyle=|<script|\son[a-z]+=|javascript:", re.IGNORECASE)

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """What a page refers to, names and says."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.links, self.loads, self.ids, self.headings, self.labels, self.images = (
            [],
            [],
            [],
            [],
            [],
            [],
        )
        self.controls = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "a":
            self.links.append(attributes["href"])
        loaded = attributes.get("src") or (tag == "link" and attributes["href"])
        if loaded:
            self.loads.append(loaded)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labels.append(attributes["for"])
        if tag == "img":
            self.images.append(attributes)
        if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden":
            self.controls.append(attributes)

    @property
    def title(self):
        return re.search("<title>(.*?)</title>", self.text, re.DOTALL)[1]


def every_page():
    """Return each public page by its address."""
    receipt = signing.dumps("S-7F3A91C2", salt=RECEIPT_SALT)
    addresses = [reverse(name) for name in NAMES]
    addresses += [f"{reverse('support-sent')}?receipt={receipt}", "/there-is-no-such-page"]
    return {address: Page(Client().get(address).content.decode()) for address in addresses}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_open_to_everybody_and_needs_no_database(name):
    with connection.execute_wrapper(refuse):
        response = Client().get(reverse(name))

    assert response.status_code == 200
    assert "text/html" in response.headers["Content-Type"]


def refuse(*_arguments):
    raise AssertionError("a page asked the database")


@pytest.mark.parametrize("name", [*NAMES, "security-txt", "data-request", "support-sent"])
def test_every_answer_has_the_strict_policy(name):
    policy = Client().get(reverse(name)).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_page_has_what_the_policy_refuses_or_loads_from_elsewhere():
    for address, page in every_page().items():
        assert not INLINE.search(page.text), address
        assert page.loads, address
        assert [loaded for loaded in page.loads if not loaded.startswith("/static/")] == [], address


def test_every_link_leads_somewhere():
    pages = every_page()
    broken = [
        (address, link)
        for address, page in pages.items()
        for link in {*page.links, *page.loads}
        if not (link[1:] in page.ids if link[0] == "#" else leads_somewhere(link))
    ]

    assert broken == []


def leads_somewhere(link):
    """Follow one link as a browser would; the way to Slack ends at Slack's door."""
    target, fragment = urldefrag(link)
    if urlsplit(target).scheme:
        return urlsplit(target).scheme in {"mailto", "https"}
    response = Client().get(target)
    if urlsplit(target).path == reverse("install"):
        return response.status_code == 302
    if response.status_code != 200:
        return False
    body = b"".join(response) if response.streaming else response.content
    return not fragment or fragment in Page(body.decode()).ids


def test_every_page_leads_to_every_other():
    for address, page in every_page().items():
        assert {reverse(name) for name in NAMES} <= set(page.links), address


def test_titles_are_unique_and_headings_in_order():
    pages = every_page()
    titles = [page.title for page in pages.values()]

    assert len(set(titles)) == len(titles)
    for address, page in pages.items():
        assert page.headings.count(1) == 1, address
        assert page.headings[0] == 1, address
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), address


def test_controls_have_labels_images_have_texts_and_ids_are_used_once():
    for address, page in every_page().items():
        assert {control["id"] for control in page.controls} == set(page.labels), address
        assert all("alt" in image for image in page.images), address
        assert len(set(page.ids)) == len(page.ids), address


def test_the_current_page_is_marked_where_it_is_linked():
    text = Client().get(reverse("privacy")).content.decode()

    assert re.findall('<a href="([^"]+)" aria-current="page">', text) == ["/privacy"] * 2


def test_a_defect_of_ours_gets_a_page_too(monkeypatch):
    def broken():
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr(views, "kept", broken)

    response = Client(raise_request_exception=False).get(reverse("privacy"))

    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "a defect of ours" not in response.content.decode()


def test_every_number_on_the_privacy_page_is_a_setting(settings):
    settings.CONTENT_KEPT_DAYS = 111
    settings.DELIVERIES_KEPT_DAYS = 222
    settings.SUPPORT_KEPT_DAYS = 333
    settings.LOGINS_KEPT_DAYS = 88
    settings.BACKUPS_KEPT_DAYS = 444
    settings.LOGS_KEPT_DAYS = 555
    settings.SESSION_COOKIE_AGE = 66 * 3600
    settings.CSRF_COOKIE_AGE = 77 * 86_400

    text = Client().get(reverse("privacy")).content.decode()

    for words in (
        "entries are deleted 111 days later",
        "222 days; work that failed",
        "333 days; the hash 24 hours",
        "A wrong password 60 minutes, a sign-in 88 days",
        "Backups 444 days",
        "Logs 555 days",
        "77 days, 10 minutes, 66 hours",
    ):
        assert words in text
    numbers = set(map(int, re.findall(r"(\d+) (?:day|hour|minute)", text)))
    assert numbers - {*views.kept().values()} == {30}  # within which we answer


def test_what_the_operator_does_not_say_is_not_made_up(settings):
    settings.BACKUPS_KEPT_DAYS = settings.LOGS_KEPT_DAYS = 0

    text = Client().get(reverse("privacy")).content.decode()

    assert "Backups 0 days" not in text
    assert "when that backup is replaced" in text


def test_pages_name_the_operator_and_how_to_write_to_them(settings):
    settings.OPERATOR_NAME = "Acme <Approvals> Ltd"
    settings.SUPPORT_EMAIL = "help@acme.example"
    settings.SECURITY_EMAIL = "security@acme.example"

    for name in NAMES:
        assert "Acme &lt;Approvals&gt; Ltd" in Client().get(reverse(name)).content.decode()
    for name in ("support", "privacy"):
        assert 'href="mailto:help@acme.example"' in Client().get(reverse(name)).content.decode()
    security = Client().get(reverse("security")).content.decode()
    assert 'href="mailto:security@acme.example"' in security


def test_without_an_address_pages_lead_to_the_form(settings):
    settings.SUPPORT_EMAIL = settings.SECURITY_EMAIL = ""

    for page in every_page().values():
        assert "mailto:" not in page.text
    assert f"/support?topic={Topic.SECURITY}" in Client().get(reverse("security")).content.decode()


def test_companies_that_work_for_the_operator_are_listed(settings):
    assert "None:" in Client().get(reverse("security")).content.decode()
    settings.SUBPROCESSORS = ["Hosting & Co, servers, Germany", "Post Ltd, mail, Ireland"]

    text = Client().get(reverse("security")).content.decode()

    assert "<li>Hosting &amp; Co, servers, Germany</li>" in text
    assert "<li>Post Ltd, mail, Ireland</li>" in text
    assert "None:" not in text


def test_the_terms_say_that_the_operator_may_replace_them():
    assert "may replace them" in Client().get(reverse("terms")).content.decode()


def test_security_txt_is_what_finders_tools_expect(settings):
    settings.APP_URL = "https://countersign.example"
    settings.SECURITY_EMAIL = "security@acme.example"

    response = Client().get("/.well-known/security.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in response.content.decode().splitlines()]
    assert [name for name, _ in fields] == [
        "Contact",
        "Contact",
        "Expires",
        "Preferred-Languages",
        "Canonical",
        "Policy",
    ]
    values = dict(fields)
    assert fields[0][1] == "mailto:security@acme.example"
    assert values["Contact"] == "https://countersign.example/support?topic=security"
    assert values["Canonical"] == "https://countersign.example/.well-known/security.txt"
    assert values["Policy"] == "https://countersign.example/security"
    expires = datetime.fromisoformat(values["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


def test_security_txt_has_a_contact_without_an_address(settings):
    settings.SECURITY_EMAIL = ""

    text = Client().get(reverse("security-txt")).content.decode()

    assert re.findall("Contact: (.*)", text) == ["http://testserver/support?topic=security"]


def test_a_request_for_data_begins_at_an_address_of_its_own():
    response = Client().get("/data-request", follow=True)

    assert response.redirect_chain == [("/support?topic=data_copy", 302)]
    assert '<option value="data_copy" selected>' in response.content.decode()


@pytest.mark.parametrize("name", ["privacy", "terms", "security", "security-txt", "support-sent"])
def test_what_is_only_read_takes_no_post(name):
    assert Client().post(reverse(name)).status_code == 405


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        ({}, []),
        ({"OPERATOR_NAME": "the operator of this Countersign"}, ["slackapp.W001"]),
        ({"SUPPORT_EMAIL": ""}, ["slackapp.W002"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, ["slackapp.W003"]),
    ],
)
def test_deployment_checks_tell_an_operator_whom_the_pages_leave_alone(settings, changes, warnings):
    complete = {
        "OPERATOR_NAME": "Acme",
        "SUPPORT_EMAIL": "help@acme.example",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    }
    for name, value in {**complete, **changes}.items():
        setattr(settings, name, value)

    assert [warning.id for warning in public_pages()] == warnings
