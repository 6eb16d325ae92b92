from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OWNERS_CHOICE = (
    "cryptography",
    "django",
    "django-environ",
    "psycopg",
    "pytest-django",
    "slack-bolt",
    "slack-sdk",
)


def sections(path):
    """Return each comment-headed block's requirements."""
    blocks = path.read_text().split("\n\n")
    return [
        [line for line in block.splitlines() if line and not line.startswith("#")]
        for block in blocks
    ]


def requirements():
    return [line for section in sections(ROOT / "requirements.txt") for line in section]


def name_of(requirement):
    return requirement.partition("==")[0].partition("[")[0].lower().replace("_", "-")


def runtime_part():
    text = (ROOT / "requirements.txt").read_text()
    runtime, _, _ = text.partition("# Runtime")[2].partition("\n\n")
    return [line for line in runtime.splitlines()[1:] if not line.startswith("#")]


def test_an_image_installs_exactly_the_runtime_part():
    [image] = sections(ROOT / "deploy" / "requirements.txt")

    assert image == runtime_part()


@pytest.mark.parametrize("requirement", requirements())
def test_every_version_is_pinned(requirement):
    name, pinned, version = requirement.partition("==")

    assert name
    assert pinned
    assert version
    assert "*" not in version


@pytest.mark.parametrize("name", OWNERS_CHOICE)
def test_the_owners_packages_are_there(name):
    assert name in {name_of(requirement) for requirement in requirements()}


def test_no_package_is_named_twice():
    names = [name_of(requirement) for requirement in requirements()]

    assert len(names) == len(set(names))
