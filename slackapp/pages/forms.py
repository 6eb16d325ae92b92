"""The support form: what it asks, and what it refuses with a sentence beside the field."""

import re
import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from slackapp.models import Topic

LONGEST_LINE = 100  # characters
LONGEST_EMAIL = 254  # characters; RFC 5321
LONGEST_MESSAGE = 5000  # characters
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
FORM_KEY = re.compile(r"[0-9a-f]{32}")


def one_line(value: str) -> None:
    """Refuse what a browser's one-line field cannot hold, and what breaks a mail's header."""
    if CONTROL.search(value):
        raise ValidationError("Write this in one line, without control characters.")


class LinesField(forms.CharField):
    """Lines as people count them; browsers send two characters for each end of a line."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value: str | None) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class SupportForm(forms.Form):
    """What a person writes to the operator; ``website`` is for robots, who fill every field."""

    topic = forms.ChoiceField(
        label="What is it about?",
        choices=[("", "Choose one"), *Topic.choices],
        error_messages={
            "required": "Choose what it is about.",
            "invalid_choice": "Choose one of the topics in the list.",
        },
    )
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="The answer goes there, nothing else.",
        max_length=LONGEST_EMAIL,
        error_messages={
            "required": "Enter your e-mail address, so that we can answer.",
            "invalid": "Enter an e-mail address like name@example.com.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label="Your name (optional)",
        required=False,
        max_length=LONGEST_LINE,
        validators=[one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    workspace = forms.CharField(
        label="Your Slack workspace (optional)",
        help_text="Its name or address, such as acme.slack.com.",
        required=False,
        max_length=LONGEST_LINE,
        validators=[one_line],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # No max_length: a browser would cut off a pasted text without a word.
    message = LinesField(
        label="Your message",
        help_text=f"Up to {LONGEST_MESSAGE:,} characters. Please no passwords or tokens.",
        validators=[
            MaxLengthValidator(
                LONGEST_MESSAGE,
                "Shorten the message to %(limit_value)d characters; it has %(show_value)d.",
            )
        ],
        error_messages={"required": "Write what you want to tell us."},
    )
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """Refuse a filled trap aloud: a browser may have filled it for a person."""
        if self.cleaned_data["website"]:
            raise ValidationError("Empty this field, then send again: it is there to stop robots.")
        return ""

    def clean_form_key(self) -> str:
        """Return the key the form came with, or a fresh one in place of what is none."""
        key: str = self.cleaned_data["form_key"]
        return key if FORM_KEY.fullmatch(key) else new_form_key()


def new_form_key() -> str:
    """Return a key that tells a form sent twice from two forms."""
    return secrets.token_hex(16)
