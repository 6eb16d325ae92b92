"""The mail that tells the operator of a request for support."""

from django.conf import settings
from django.core.mail import EmailMessage

from slackapp.env import host_of
from slackapp.models import SupportRequest, Topic

BODY = """\
Topic: {topic}
From: {email}
Name: {name}
Workspace: {workspace}
Received: {created_at:%Y-%m-%d %H:%M} UTC

{message}

---
Your answer to this mail goes to the person. Then mark {reference} as answered:
{address}
"""


def recipient(row: SupportRequest) -> str:
    """Return who is mailed about ``row``; empty when the settings name nobody."""
    is_security = row.topic == Topic.SECURITY
    return settings.SECURITY_EMAIL if is_security else settings.SUPPORT_EMAIL


def to_operator(row: SupportRequest, *, admin_path: str) -> EmailMessage:
    """Return the mail about ``row``; answering it answers the person.

    Nothing that a person typed is in a header but their address, which has been checked. The
    Message-ID is the row's own, so a mail that is sent twice is one in most mailboxes. The person
    gets no mail: the form would send mail to anybody's address.
    """
    host = host_of(settings.APP_URL).strip("[]")
    return EmailMessage(
        subject=f"[{row.reference}] {row.get_topic_display()}",
        body=BODY.format(
            topic=row.get_topic_display(),
            email=row.email,
            name=row.name or "not given",
            workspace=row.workspace or "not given",
            created_at=row.created_at,
            message=row.message,
            reference=row.reference,
            address=f"{settings.APP_URL}{admin_path}",
        ),
        to=[recipient(row)],
        reply_to=[row.email],
        headers={
            "Message-ID": f"<{row.reference}.{row.submission_key[:16]}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
