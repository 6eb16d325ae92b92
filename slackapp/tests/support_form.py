"""The support form, filled in and sent."""

from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from slackapp.models import SupportRequest
from slackapp.pages import services

ADDRESS = "/support"
FILLED = {
    "topic": "problem",
    "email": "dana@example.com",
    "name": "Dana Lee",
    "workspace": "acme.slack.com",
    "message": "The card does not show.\n\nIt did yesterday.",
    "website": "",
    "form_key": "0" * 32,
}


def send(client=None, /, **changes):
    return (client or Client(REMOTE_ADDR="192.0.2.1")).post(ADDRESS, {**FILLED, **changes})


def mails_queued():
    return ProcrastinateJob.objects.filter(task_name=services.MAIL_REQUEST).count()


def text_of(response):
    return response.content.decode()


def kept():
    send()
    return SupportRequest.objects.get()
