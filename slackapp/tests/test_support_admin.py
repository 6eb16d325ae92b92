"""Operators read messages from the support form and mark what they have answered."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from slackapp.models import RequestState
from slackapp.pages.tasks import (
    mail_support_request,
)
from slackapp.tests.support_form import kept, text_of

CHANGELIST = "admin:slackapp_supportrequest_changelist"

pytestmark = pytest.mark.django_db


def mark_answered(client, *rows):
    chosen = {"action": "mark_answered", "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(CHANGELIST), chosen, follow=True)


def test_an_operator_marks_a_message_as_answered_and_leaves_a_trace(admin_client):
    row = kept()

    page = mark_answered(admin_client, row)
    again = mark_answered(admin_client, row)

    row.refresh_from_db()
    assert row.state == RequestState.ANSWERED
    assert row.answered_at is not None
    assert "Marked as answered: 1." in text_of(page)
    assert "Marked as answered: 0." in text_of(again)
    assert LogEntry.objects.get().get_change_message() == "Marked as answered."


def test_an_operator_who_may_only_look_cannot_mark(client):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_supportrequest"))
    client.force_login(viewer)
    row = kept()

    page = text_of(client.get(reverse(CHANGELIST)))
    mark_answered(client, row)

    row.refresh_from_db()
    assert row.reference in page
    assert "mark_answered" not in page
    assert row.state == RequestState.OPEN


def test_the_admin_site_shows_what_is_not_mailed_and_why(admin_client, settings):
    settings.SUPPORT_EMAIL = ""
    row = kept()
    mail_support_request(support_request_id=row.pk)

    page = text_of(admin_client.get(reverse("admin:slackapp_supportrequest_change", args=[row.pk])))

    assert "SUPPORT_EMAIL is not set" in page
    assert f'href="mailto:dana@example.com?subject={row.reference}"' in page
    assert row.address_key not in page
