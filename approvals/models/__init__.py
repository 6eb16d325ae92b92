"""The cupboards: campaigns with their versions, decisions and evidence."""

from approvals.models.campaigns import Campaign, Decision, ReferenceCounter, Revision
from approvals.models.evidence import AuditDetail, AuditEntry, AuditHead
from approvals.models.messages import MessageKind, MessageState, PostedMessage
from approvals.models.people import Person
from approvals.models.policies import ApprovalPolicy, ApproverGroup

__all__ = [
    "ApprovalPolicy",
    "ApproverGroup",
    "AuditDetail",
    "AuditEntry",
    "AuditHead",
    "Campaign",
    "Decision",
    "MessageKind",
    "MessageState",
    "Person",
    "PostedMessage",
    "ReferenceCounter",
    "Revision",
]
