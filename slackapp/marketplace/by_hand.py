"""The rules that no program can check, with what to do about each."""

from slackapp.marketplace.requirement import ByHand

BY_HAND = (
    ByHand("Gate", "Count the workspaces active in the last 28 days: Slack wants 5, plan for 10."),
    ByHand("Review", "Record a short video: install, a campaign and its decision, uninstall."),
    ByHand("Review", "Make a test account for requester, approver and admin, with made-up data."),
    ByHand("Review", "Attach the drawing on /security; name a person with mail and phone."),
    ByHand("TLS", "Run testssl.sh on your address: TLS 1.2 or newer, the whole chain."),
    ByHand("Broken links", "Watch /, /support, /privacy and /slack/install from outside."),
    ByHand("Support page", "Have somebody answer within two working days."),
    ByHand("Wording", "Read the listing aloud: no claim about money, none in Slack's name."),
    ByHand("Tokens", "Delete or re-encrypt backups from before a key was replaced."),
    ByHand("IP allow list", "Optional: name the 10 addresses at most that your worker calls from."),
    ByHand("Shortcuts", "There are none; if you add one, start its name with a verb."),
    ByHand("Notifications", "Let people try it for a week; ask whether it wrote too often."),
    ByHand("Org-ready", "Install it in an Enterprise organisation and in a Slack Connect channel."),
    ByHand("Deleted app", "Before you stop: delist, tell your customers, uninstall everywhere."),
    ByHand("Security incident", "Write down who tells feedback@slack.com, and how fast."),
    ByHand("Collaborator", "Add a second collaborator to the app at api.slack.com/apps."),
    ByHand("After listing", "Keep a second app for changes: the listed one's settings are locked."),
    ByHand("AI", "There is none; if you add some, disclose model, retention and residency."),
)
