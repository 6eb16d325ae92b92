"""Workspaces and installations for operators; nothing here can show a token."""

from installations.admin.evidence import InstallationAuditEntryAdmin, KeyCheckAdmin
from installations.admin.installations import InstallationAdmin
from installations.admin.readonly import ReadOnlyAdmin, ReadOnlyInline, shown
from installations.admin.workspaces import WorkspaceAdmin

__all__ = [
    "InstallationAdmin",
    "InstallationAuditEntryAdmin",
    "KeyCheckAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "WorkspaceAdmin",
    "shown",
]
