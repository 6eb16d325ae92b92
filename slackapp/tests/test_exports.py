"""An export holds everything about a workspace, nothing of another, and no secret."""

import hashlib
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from approvals.audit import AuditAction as ApprovalAction
from approvals.models import AuditEntry
from approvals.states import Verdict
from approvals.tests.factories import ANA, decide, revise, set_up, submit
from installations import exports, services
from installations.audit import AuditAction
from installations.models import (
    SEALED_COLUMNS,
    Installation,
    InstallationAuditEntry,
    Workspace,
)
from installations.tests.factories import CLIENT_ID, make_full_installation, raw_rows
from installations.tests.operators import make_tenant, operator
from slackapp.models import ReceivedDelivery
from slackapp.tests.environment import ENVIRONMENT

TOKEN = re.compile(r"xox[a-z]|CANARY|v[12]\.[a-z0-9]{1,16}\.|hooks\.slack\.com")
NOT_OF_A_WORKSPACE = {
    "installations.KeyCheck": "keys seal rows of every workspace",
    "installations.OAuthState": "hashes of installs under way, for ten minutes",
    "slackapp.SupportRequest": "from people; it names no workspace that we know",
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workspace():
    """Return a workspace with a row of every kind, and a neighbour with rows of its own."""
    row = services.complete_install(
        client_id=CLIENT_ID,
        installation=make_full_installation(installed_at=timezone.now().timestamp()),
    )
    set_up(row.workspace)
    campaign = submit(row.workspace)
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason="A claim without a source.")
    revise(campaign, title="Spring launch, second try")
    ReceivedDelivery.objects.create(
        key="event:Ev1", kind="event", team_id="T111", state="dead", payload={"token": "CANARY"}
    )
    neighbour = make_tenant(2, name="Neighbour")
    set_up(neighbour)
    submit(neighbour, title="Secret of the neighbour")
    return row.workspace


def opened(content: bytes) -> dict[str, list[Any]]:
    """Return the archive's lines by file, after checking them against its manifest."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {}
        for listed in manifest["files"]:
            held = archive.read(listed["name"])
            assert hashlib.sha256(held).hexdigest() == listed["sha256"]
            files[listed["table"]] = [json.loads(line) for line in held.splitlines()]
            assert len(files[listed["table"]]) == listed["rows"]
            assert all([*row] == listed["fields"] for row in files[listed["table"]])
        assert {*archive.namelist()} == {
            "manifest.json",
            *(one["name"] for one in manifest["files"]),
        }
    return files


@pytest.fixture
def downloaded(client, workspace):
    client.force_login(operator())
    address = reverse("admin:installations_workspace_operate", args=[workspace.pk, "export"])
    answer = client.post(address)
    content = b"".join(answer.streaming_content)
    answer.close()
    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    assert re.search(
        r'filename="countersign-T111-\d{8}T\d{6}Z\.zip"', answer.headers["Content-Disposition"]
    )
    return content


def test_an_export_holds_every_row_of_the_workspace_and_none_of_another(downloaded, workspace):
    files = opened(downloaded)

    for name, rows in files.items():
        assert rows, f"{name} is empty"
    assert {row["team_id"] for row in files["workspace"]} == {"T111"}
    assert [row["title"] for row in files["revisions"]] == [
        "Spring launch e-mail",
        "Spring launch, second try",
    ]
    assert files["decisions"][0]["reason"] == "A claim without a source."
    assert len(files["audit"]) == AuditEntry.objects.filter(workspace=workspace).count()
    assert ApprovalAction.DECISION_RECORDED in {row["action"] for row in files["audit"]}
    assert "neighbour" not in json.dumps(files).lower()


def test_an_export_holds_no_secret(downloaded):
    stored = [
        row[column]
        for row in raw_rows("installations_installation")
        for column in SEALED_COLUMNS
        if row[column]
    ]
    own = [ENVIRONMENT[name] for name in ("SECRET_KEY", "FIELD_KEYS", "SLACK_CLIENT_SECRET")]

    with zipfile.ZipFile(io.BytesIO(downloaded)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())

    assert len(stored) > len(SEALED_COLUMNS)
    assert not [secret for secret in (*stored, *own) if secret in text]
    assert not TOKEN.search(text)


def test_an_export_is_audited_with_the_person_the_counts_and_the_checksum(downloaded, workspace):
    [entry] = InstallationAuditEntry.objects.filter(action=AuditAction.WORKSPACE_EXPORTED)

    assert (entry.workspace, entry.actor) == (workspace, "admin:olaf")
    assert entry.details["sha256"] == hashlib.sha256(downloaded).hexdigest()
    files = opened(downloaded)
    assert entry.details["rows"] == {name: len(rows) for name, rows in files.items()}


def test_a_sealed_column_cannot_be_named_for_export():
    for column in SEALED_COLUMNS:
        with pytest.raises(ValueError, match="may not leave the database"):
            exports.Table(
                name="leak", model=Installation, fields=("id", column), rows=lambda _: None
            )
    with pytest.raises(ValueError, match="may not leave the database"):
        exports.Table(
            name="leak",
            model=Workspace,
            fields=("installations__bot_token",),
            rows=lambda _: None,
        )


@pytest.mark.parametrize("table", exports.tables(), ids=lambda table: table.name)
def test_every_column_is_either_exported_or_left_out_on_purpose(table):
    columns = {field.attname for field in table.model._meta.concrete_fields}  # noqa: SLF001  # documented
    named = {field for field in table.fields if "__" not in field}
    through = {field.partition("__")[0] + "_id" for field in table.fields if "__" in field}

    assert columns - named - table.left_out - through == set()
    assert not named & table.left_out
    assert named | table.left_out <= columns | {"pk"}


def test_every_table_of_ours_is_exported_or_has_a_reason_not_to_be():
    ours = {
        model
        for room in ("installations", "approvals", "slackapp")
        for model in apps.get_app_config(room).get_models()
    }
    exported = {table.model for table in exports.tables()}

    assert {model._meta.label for model in ours - exported} == {*NOT_OF_A_WORKSPACE}  # noqa: SLF001  # documented


def test_a_shell_exports_the_same_into_a_file_of_its_owner(workspace, tmp_path, capsys):
    file = tmp_path / "out.zip"

    call_command("export_workspace", "T111", output=file)

    assert opened(file.read_bytes())["campaigns"]
    assert file.stat().st_mode & 0o777 == 0o600
    entry = InstallationAuditEntry.objects.get(action=AuditAction.WORKSPACE_EXPORTED)
    assert entry.actor.startswith("admin:")
    assert entry.actor.endswith("(shell)")


def test_a_shell_overwrites_no_file_and_knows_no_strange_workspace(workspace, tmp_path):
    file = tmp_path / "out.zip"
    file.write_text("precious")

    with pytest.raises(CommandError, match="cannot be written: File exists"):
        call_command("export_workspace", "T111", output=file)
    with pytest.raises(CommandError, match="no workspace 'T999'"):
        call_command("export_workspace", "T999", output=tmp_path / "other.zip")

    assert file.read_text() == "precious"
    assert not InstallationAuditEntry.objects.filter(action=AuditAction.WORKSPACE_EXPORTED).exists()


def test_an_export_that_fails_leaves_no_half_file(workspace, tmp_path, monkeypatch):
    def full(_archive, _table, _of):
        raise OSError("No space left on device")

    monkeypatch.setattr(exports, "_write_table", full)
    file = tmp_path / "out.zip"

    with pytest.raises(OSError, match="No space left"):
        call_command("export_workspace", "T111", output=file)

    assert not file.exists()


def test_all_files_show_the_same_moment(workspace, monkeypatch):
    """Somebody submits a campaign while the export runs; it is in none of the files."""
    write_table = exports._write_table  # noqa: SLF001  # to act between two files

    def disturbed(archive, table, of):
        if table.name == "audit":
            in_another_connection(submit, of, key="V2", title="Too late")
        return write_table(archive, table, of)

    monkeypatch.setattr(exports, "_write_table", disturbed)
    with exports.export(workspace, actor="admin:olaf").file as archive:
        files = opened(archive.read())

    assert "Too late" not in json.dumps(files)
    assert {row["subject"] for row in files["audit"]}.isdisjoint({"C-2026-0002/r1"})


def in_another_connection(work, *arguments, **options) -> None:
    """Do the work in a thread, which has a connection and a transaction of its own."""

    def run():
        try:
            work(*arguments, **options)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
