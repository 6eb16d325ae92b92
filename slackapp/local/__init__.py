"""Starts Countersign and a local Slack on this machine: `make run`."""
