"""Addresses of the install pages."""

from django.urls import path

from installations import oauth, views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("slack/install", views.install, name="install"),
    path("slack/connect", views.connect, name="connect"),
    path("slack/connect/start", views.start_connecting, name="connect-start"),
    path(oauth.CALLBACK_PATH.lstrip("/"), views.callback, name="oauth-callback"),
    path("slack/installed", views.installed, name="installed"),
    path("slack/connected", views.connected, name="connected"),
]
