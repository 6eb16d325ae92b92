"""What answering Slack costs, measured on this machine."""
