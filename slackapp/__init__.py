"""Django project of Countersign, together with its edge towards Slack."""
