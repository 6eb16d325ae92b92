"""The whole app between a local Slack and a worker; nothing of ours is replaced."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from procrastinate.contrib.django import app as queue

from sandbox.testing import LocalSlack
from slackapp.manifest import manifest


@pytest.fixture(scope="session")
def local_slack(live_server) -> Iterator[LocalSlack]:
    with LocalSlack(
        manifest=lambda: manifest(live_server.url),
        client_id=django_settings.SLACK_CLIENT_ID,
        client_secret=django_settings.SLACK_CLIENT_SECRET,
        signing_secret=django_settings.SLACK_SIGNING_SECRETS[0],
        retry_scale=0.01,
    ) as slack:
        yield slack


@pytest.fixture
def slack(local_slack, live_server, transactional_db, settings):
    """Return a fresh local Slack that knows our app, which nobody has installed yet."""
    settings.SLACK_API_URL = local_slack.api_url
    settings.SLACK_AUTHORIZE_URL = local_slack.authorize_url
    settings.APP_URL = live_server.url
    local_slack.reset()
    return local_slack


@pytest.fixture
def work(local_slack):
    """Return a function that does everything that is queued, as the worker would.

    What is on its way from Slack arrives first: web and worker share the queue's app here, and
    while the worker has it, what the web queues would wait for the worker's connections.
    """

    def drain():
        local_slack.settle()
        worker_connector = queue.connector.get_worker_connector()
        with queue.replace_connector(worker_connector) as worker_app:
            worker_app.run_worker(
                wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
            )

    return drain


@pytest.fixture
def install(slack, live_server):
    """Return a function that goes through OAuth as a browser does, and returns the browser.

    It installs the app in a workspace, with ``org`` in the workspace's whole organisation; with
    ``person`` it instead has that person (a handle) give their own token. ``signed_in`` is a
    user of the admin site. The browser's ``receipt`` is the address of the last page.
    """

    def go_through(team="northwind", by=None, *, org=False, person=None, signed_in=None):
        browser = Client(SERVER_NAME=urlsplit(live_server.url).netloc)
        if signed_in:
            browser.force_login(signed_in)
        begin = "/slack/connect/start" if person else "/slack/install"
        link = browser.get(begin).url
        back = slack.install_redirect(team, authorize_url=link, by=person or by, org=org)
        receipt = browser.get(f"{urlsplit(back).path}?{urlsplit(back).query}")
        assert receipt.status_code == 302, receipt.content
        browser.receipt = receipt.url
        return browser

    return go_through


@pytest.fixture
def installed(install, slack, work):
    """Return a local Slack whose Northwind workspace has our app, set up and greeted."""
    install()
    work()
    return slack
