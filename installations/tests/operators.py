"""People who use the admin site, and workspaces in every condition, for tests."""

from datetime import timedelta

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from installations.models import Installation, Workspace
from installations.scopes import BOT_SCOPES
from installations.tests.factories import BOT_TOKEN, CLIENT_ID

EVERY_SCOPE = ",".join(BOT_SCOPES)


def viewer(username: str = "olga") -> User:
    """Return somebody who may look at everything of installations, and change nothing."""
    user = User.objects.create_user(username, is_staff=True)
    rows = Permission.objects.filter(content_type__app_label="installations")
    user.user_permissions.set(rows.filter(codename__startswith="view_"))
    return user


def operator(username: str = "olaf") -> User:
    """Return somebody who may look, and act on workspaces."""
    user = viewer(username)
    user.user_permissions.add(Permission.objects.get(codename="change_workspace"))
    return user


def make_tenant(number: int = 1, **changes) -> Workspace:
    """Return a workspace that installed the app itself."""
    values = {"team_id": f"T{number:05d}", "name": f"Northwind {number}", **changes}
    workspace = Workspace.objects.create(**values)
    make_bot_row(workspace)
    return workspace


def make_bot_row(workspace: Workspace, **changes) -> Installation:
    """Return the workspace's own installation, with a sealed token."""
    values = {
        "client_id": CLIENT_ID,
        "team_id": workspace.team_id,
        "workspace": workspace,
        "user_id": "U0INSTALLER",
        "bot_scopes": EVERY_SCOPE,
        "bot_user_id": "U0BOT",
        "installed_at": timezone.now() - timedelta(days=3),
        **changes,
    }
    row = Installation(**values)
    row.seal("bot_token", BOT_TOKEN)
    row.save()
    return row


def make_organisation(enterprise_id: str = "E111", **changes) -> Installation:
    """Return an org-wide installation with a sealed token."""
    values = {
        "client_id": CLIENT_ID,
        "enterprise_id": enterprise_id,
        "enterprise_name": "Northwind Group",
        "is_enterprise_install": True,
        "user_id": "U0ORGADMIN",
        "bot_scopes": EVERY_SCOPE,
        "installed_at": timezone.now() - timedelta(days=3),
        **changes,
    }
    row = Installation(**values)
    row.seal("bot_token", BOT_TOKEN)
    row.save()
    return row


def rotating(row: Installation, **changes) -> Installation:
    """Give an installation a refresh token, as token rotation does."""
    row.seal("bot_refresh_token", "xoxe-CANARY-refresh")
    row.bot_token_expires_at = timezone.now() + timedelta(hours=6)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


def make_many(number: int) -> None:
    """Fill the tables: every tenth workspace has the app through its organisation."""
    workspaces = Workspace.objects.bulk_create(
        Workspace(
            team_id=f"T{index:07d}",
            name=f"Workspace {index}",
            enterprise_id=f"E{index % 50:04d}" if index % 10 == 0 else "",
        )
        for index in range(number)
    )
    own = [
        _unsealed(team_id=workspace.team_id, workspace=workspace)
        for workspace in workspaces
        if not workspace.enterprise_id
    ]
    shared = [
        _unsealed(enterprise_id=f"E{index:04d}", is_enterprise_install=True)
        for index in range(0, 50, 10)
    ]
    Installation.objects.bulk_create([*own, *shared])


def _unsealed(**values) -> Installation:
    """Return a row that looks as if it had a token; nothing opens it."""
    return Installation(
        client_id=CLIENT_ID,
        user_id="U0INSTALLER",
        bot_token="v1.bulk.AAAA",
        bot_scopes=EVERY_SCOPE,
        installed_at=timezone.now(),
        **values,
    )
