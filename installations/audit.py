"""What was done to credentials: one entry each, in the transaction of the fact."""

import getpass
from enum import StrEnum
from typing import Any

from installations.models import InstallationAuditEntry, Workspace

SYSTEM = "countersign"  # the actor when nobody in particular acted


class AuditAction(StrEnum):
    """``subject.verb``; stored, so a member may be added but never renamed."""

    WORKSPACE_INSTALLED = "workspace.installed"
    WORKSPACE_UNINSTALLED = "workspace.uninstalled"
    WORKSPACE_NEEDS_REAUTH = "workspace.needs_reauth"
    WORKSPACE_RECOVERED = "workspace.recovered"
    WORKSPACE_MIGRATED = "workspace.migrated"
    WORKSPACE_PURGED = "workspace.purged"
    WORKSPACE_EXPORTED = "workspace.exported"
    ACCESS_GRANTED = "access.granted"
    ACCESS_REVOKED = "access.revoked"
    ORGANISATION_INSTALLED = "organisation.installed"
    ORGANISATION_UNINSTALLED = "organisation.uninstalled"
    PERSON_AUTHORISED = "person.authorised"
    TOKENS_REVOKED = "tokens.revoked"
    TOKEN_REFUSED = "token.refused"  # noqa: S105  # a name
    CONNECTION_TESTED = "connection.tested"
    REFRESH_REQUESTED = "refresh.requested"
    UNINSTALL_REQUESTED = "uninstall.requested"
    PURGE_REQUESTED = "purge.requested"
    KEYS_ROTATED = "keys.rotated"
    KEYS_VERIFIED = "keys.verified"
    KEY_RETIRED = "key.retired"
    SECOND_STEP_SET_UP = "second_step.set_up"
    SECOND_STEP_RESET = "second_step.reset"
    RECOVERY_CODE_USED = "recovery_code.used"


def record(
    action: AuditAction,
    *,
    actor: str,
    workspace: Workspace | None = None,
    enterprise_id: str = "",
    **details: Any,
) -> InstallationAuditEntry:
    """Append one entry; ``details`` are ids, counts and Slack's error codes, never a secret."""
    return InstallationAuditEntry.objects.create(
        action=action,
        actor=actor[:160],
        workspace=workspace,
        enterprise_id=enterprise_id or (workspace.enterprise_id if workspace else ""),
        details=details,
    )


def shell_user() -> str:
    """Return who is at the shell, as far as the machine knows; containers often do not."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def admin_actor(username: str) -> str:
    """Return how an entry names somebody who acted on the admin site or in a shell."""
    return f"admin:{username}"
