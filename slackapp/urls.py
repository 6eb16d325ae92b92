"""Every address of the app."""

from django.contrib import admin
from django.urls import include, path

from slackapp.transports import http

urlpatterns = [
    path("", include("installations.urls")),
    path("", include("slackapp.pages.urls")),
    path("slack/events", http.slack_events, name="slack-events"),
    path("admin/", admin.site.urls),
]
