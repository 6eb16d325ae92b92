"""The house keeps its shape: each import contract fails on the import it forbids."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from slackapp.tests.environment import BASE_DIR

ROOMS = ("slackapp", "approvals", "installations", "sandbox")
WRONG_IMPORTS = [
    ("staircase", "installations/services/installs.py", "import approvals.audit"),
    ("approvals-floors", "approvals/queries/lists.py", "import approvals.services.decisions"),
    ("approvals-floors", "approvals/helpers.py", ""),  # a file that chose no floor
    ("installations-floors", "installations/models.py", "import installations.store"),
    ("installations-floors", "installations/helpers.py", ""),
    ("slack-floors", "approvals/slack/blocks.py", "import approvals.slack.messages"),
    ("domain-without-slack", "approvals/services/decisions.py", "import slack_bolt"),
    ("pure-rules", "approvals/policies.py", "import installations.models"),
    ("crypto-alone", "installations/crypto/rings.py", "import django.conf"),
    ("builders-draw", "approvals/slack/home.py", "import approvals.effects"),
    ("one-client", "approvals/tasks/people.py", "import slack_sdk"),
    ("sandbox-is-slack", "sandbox/ids.py", "import installations.scopes"),
    ("we-are-not-the-sandbox", "slackapp/health.py", "import sandbox.ids"),
    ("tables", "approvals/slack/tenancy.py", "import approvals.models"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return a copy of the code in which walls may be torn down."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(BASE_DIR / "pyproject.toml", copy)
    for room in ROOMS:
        shutil.copytree(
            BASE_DIR / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "static")
        )
    return copy


def lint_imports(house: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--contract", contract],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "PYTHONPATH": str(house)},
    )


@pytest.mark.parametrize(("contract", "file", "wrong_import"), WRONG_IMPORTS)
def test_a_wrong_import_breaks_its_contract(house, contract, file, wrong_import):
    path = house / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{wrong_import}\n")
    try:
        result = lint_imports(house, contract)
    finally:
        path.unlink() if before is None else path.write_text(before)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "0 kept, 1 broken" in result.stdout


def test_every_contract_has_a_wrong_import_that_breaks_it():
    settings = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}

    assert contracts == {contract for contract, _, _ in WRONG_IMPORTS}


def test_the_house_as_it_stands_keeps_every_contract(house):
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "PYTHONPATH": str(house)},
    )

    assert result.returncode == 0, result.stdout
