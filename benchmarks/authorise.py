"""Measures who speaks in a workspace, and for which tenant, at one workspace and at thousands."""

import os
import platform
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import connection
from slack_bolt import BoltContext

from benchmarks import pages
from benchmarks.tables import Table, Unit, print_noise, print_table
from benchmarks.tenants import Kind, Tenant, bot_token, fill, use
from benchmarks.terminal import say
from benchmarks.timing import take_turns
from installations.authorize import DatabaseAuthorize
from installations.client import SlackLine
from installations.models import Workspace
from installations.services import workspace_that_speaks
from installations.store import DjangoInstallationStore

SIZES = (1, 1_000, 10_000)  # workspaces
REPETITIONS, SECONDS = 3, 1.0  # of each
SELECT = "one SELECT by primary key"


@dataclass(frozen=True, slots=True)
class World:
    """A number of workspaces; a single one is of one kind."""

    schema: str
    size: int
    tenants: dict[Kind, list[Tenant]]


def report() -> None:
    """Print microseconds for each kind of workspace, milliseconds for the pages."""
    random.seed(SIZES[-1])
    say(_machine())
    worlds = [*_worlds()]
    kinds: dict[Kind, Table] = {kind: {size: {} for size in SIZES} for kind in Kind}
    of_pages: Table = {size: {} for size in SIZES}
    for world in worlds * REPETITIONS:
        use(world.schema)
        for kind, some in world.tenants.items():
            known = kinds[kind][world.size]
            take_turns(_calls(), partial(random.choice, some), seconds=SECONDS, known=known)
        anybody = partial(random.choice, some)
        take_turns(pages.calls(), anybody, seconds=SECONDS, known=of_pages[world.size])
    say("beside: the fastest tenth of a call's times over that of another")
    for kind, table in kinds.items():
        print_table(kind, table, unit=Unit.MICROSECONDS, baseline=SELECT)
    print_table("pages, in one thread", of_pages, unit=Unit.MILLISECONDS)
    print_noise([*kinds.values(), of_pages])


def _worlds() -> Iterator[World]:
    for size in SIZES:
        for number, kinds in enumerate([[kind] for kind in Kind] if size == 1 else [[*Kind]]):
            schema = f"at_{size}_{number}"
            yield World(schema, size, fill(schema, size, kinds))


def _calls() -> dict[str, Callable[[Tenant], object]]:
    authorize = DatabaseAuthorize(DjangoInstallationStore(client_id=settings.SLACK_CLIENT_ID))
    return {
        SELECT: lambda tenant: Workspace.objects.get(pk=tenant.workspace.pk),
        "one AES-GCM open": lambda tenant: tenant.bot.reveal("bot_token"),
        "authorise": partial(_authorise, authorize),
        "authorise, find the tenant": partial(_authorise_and_find, authorize),
        "make a line to Slack": lambda tenant: SlackLine(tenant.workspace),
    }


def _authorise(authorize: DatabaseAuthorize, tenant: Tenant) -> None:
    workspace = tenant.workspace
    result = authorize(
        context=BoltContext(),
        enterprise_id=workspace.enterprise_id or None,
        team_id=workspace.team_id,
        user_id="U0DANA",
    )
    owner_id = tenant.bot.team_id or workspace.enterprise_id
    if result is None or result.bot_token != bot_token(owner_id):
        raise RuntimeError(f"another bot speaks in {workspace.team_id}")


def _authorise_and_find(authorize: DatabaseAuthorize, tenant: Tenant) -> None:
    _authorise(authorize, tenant)
    workspace_that_speaks(
        client_id=settings.SLACK_CLIENT_ID,
        team_id=tenant.workspace.team_id,
        enterprise_id=tenant.workspace.enterprise_id,
    )


def _machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        [version] = cursor.fetchone()
    return (
        f"{os.cpu_count()} cores of {platform.machine()}, load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, PostgreSQL {version} on the same machine"
    )
