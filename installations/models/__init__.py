"""Workspaces, their credentials, and what is kept about both."""

from installations.crypto import Ring
from installations.models.credentials import (
    SEALED_COLUMNS,
    Installation,
    InstallationQuerySet,
)
from installations.models.evidence import InstallationAuditEntry
from installations.models.keys import KeyCheck
from installations.models.sealing import SealedRow, confirm_keys, sealed_models
from installations.models.states import Errand, OAuthState
from installations.models.workspaces import Workspace, WorkspaceState

__all__ = [
    "SEALED_COLUMNS",
    "Errand",
    "Installation",
    "InstallationAuditEntry",
    "InstallationQuerySet",
    "KeyCheck",
    "OAuthState",
    "Ring",
    "SealedRow",
    "Workspace",
    "WorkspaceState",
    "confirm_keys",
    "sealed_models",
]
