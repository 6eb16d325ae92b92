"""What Slack's Marketplace asks of an app, each rule with the check that shows it is kept.

The rules, in our own words, are those of
docs.slack.dev/slack-marketplace/slack-marketplace-app-guidelines-and-requirements and of the
review guide beside it.
"""
