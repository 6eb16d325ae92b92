"""A strict local Slack for demos and tests of any Slack app."""
