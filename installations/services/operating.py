"""What operators do to a workspace, each with its audit entry in the same transaction."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from installations import audit, effects
from installations.models import Workspace
from installations.services.workspaces import recover


@transaction.atomic
def record_connection_test(
    *, workspace_id: int, installation_id: int | None, actor: str, error: str
) -> None:
    """Keep what ``auth.test`` said: ``error`` is Slack's word, empty where the bot works.

    The workspace's last API error is the test's, or none any more; whoever speaks through an
    installation that works after all needs no re-authorisation.
    """
    if installation_id and not error:
        recover(installation_id=installation_id)
    workspace = Workspace.objects.select_for_update().get(pk=workspace_id)
    workspace.api_error = error[:64]
    workspace.api_error_at = timezone.now() if error else None
    workspace.save(update_fields=["api_error", "api_error_at"])
    audit.record(
        audit.AuditAction.CONNECTION_TESTED,
        actor=actor,
        workspace=workspace,
        answer=error or "ok",
    )


@transaction.atomic
def request_refresh(*, workspace: Workspace, installation_id: int, actor: str) -> None:
    """Queue the exchange of the bot's refresh token for a new token."""
    effects.enqueue_once(
        effects.Effect.REFRESH_TOKENS,
        key=f"{installation_id}:now",  # beside one that waits for a token to be nearly over
        installation_id=installation_id,
        at_once=1,
    )
    audit.record(
        audit.AuditAction.REFRESH_REQUESTED,
        actor=actor,
        workspace=workspace,
        installation_id=installation_id,
    )


def record_export(
    *, workspace: Workspace, actor: str, counts: Mapping[str, int], sha256: str
) -> None:
    """Keep who took a workspace's data away, how much of it, and the archive's checksum."""
    audit.record(
        audit.AuditAction.WORKSPACE_EXPORTED,
        actor=actor,
        workspace=workspace,
        rows=dict(counts),
        sha256=sha256,
    )
