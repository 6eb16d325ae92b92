"""Workspaces that installed the app, with the credentials they gave it."""
