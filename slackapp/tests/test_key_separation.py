"""A real process that was given public user keys alone, beside one that has the ring."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from installations.models import Installation
from installations.tests.keyrings import USER_OLD, ring, worker
from slackapp.tests.environment import BASE_DIR, ENVIRONMENT

WEB = """
import django; django.setup()
from installations.crypto import KeyMissingError
from installations.models import Installation
from installations.store import DjangoInstallationStore
from installations.tests.factories import CLIENT_ID, make_installation
store = DjangoInstallationStore(client_id=CLIENT_ID)
store.save(make_installation())
print(store.find_bot(enterprise_id=None, team_id="T111").bot_token)
try:
    print(Installation.objects.get().reveal("user_token"))
except KeyMissingError as missing:
    print(missing)
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_was_given_public_keys_alone_stores_and_cannot_read(settings):
    database = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **ENVIRONMENT,
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "DJANGO_SETTINGS_MODULE": "slackapp.settings",
        "FIELD_KEYS_USER_PUBLIC": str(ring(USER_OLD).public()),
    }

    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WEB],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.splitlines() == [
        "xoxb-CANARY-bot",
        "key 'u1': this process does not hold the user keys",
    ]
    settings.FIELD_KEYS = worker(main=settings.FIELD_KEYS.main.keys)
    assert Installation.objects.get().reveal("user_token") == "xoxp-CANARY-user"
