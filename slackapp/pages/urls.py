"""Addresses of the public pages."""

from django.urls import path

from slackapp.pages import support, views

urlpatterns = [
    path("support", support.support, name="support"),
    path("support/sent", support.sent, name="support-sent"),
    path("data-request", support.data_request, name="data-request"),
    path("privacy", views.privacy, name="privacy"),
    path("terms", views.terms, name="terms"),
    path("security", views.security, name="security"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
]
