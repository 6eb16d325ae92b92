"""What the guide for operators names exists, and what exists is named."""

import re
from pathlib import Path

import pytest
from django.conf import settings

README, GUIDE = (Path(settings.BASE_DIR) / name for name in ("README.md", "docs/operating.md"))
SETTING = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
COMMAND = re.compile(r"manage\.py ([a-z]+_[a-z_]+)")


def anchor(heading: str) -> str:
    """Return how GitHub addresses a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def settings_read() -> set[str]:
    source = Path(settings.BASE_DIR, "slackapp", "settings.py").read_text()
    return set(SETTING.findall(source))


def test_every_setting_is_explained():
    told = set(re.findall(r"`([A-Z_]+)`", README.read_text() + GUIDE.read_text()))

    assert len(settings_read()) > 20
    assert settings_read() - told == set()


@pytest.mark.parametrize("page", [README, GUIDE], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for file, fragment in LINK.findall(page.read_text()):
        target = (page.parent / file) if file else page
        assert target.is_file(), file
        if fragment:
            assert fragment in map(anchor, HEADING.findall(target.read_text())), fragment


def test_every_command_is_explained():
    folders = Path(settings.BASE_DIR).glob("*/management/commands/*.py")
    ours = {file.stem for file in folders} - {"__init__"}

    assert len(ours) > 5
    assert ours - set(COMMAND.findall(README.read_text() + GUIDE.read_text())) == set()
