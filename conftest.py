"""What every test needs of the database."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

EVIDENCE = (
    "approvals_auditentry",
    "approvals_auditdetail",
    "approvals_decision",
    "approvals_revision",
    "installations_installationauditentry",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:  # noqa: ARG001  # runs after
    """Let the test runner empty the evidence tables between tests; nothing else is loosened."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in EVIDENCE:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER evidence_table")


@pytest.fixture(autouse=True)
def empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave the queue empty after tests that commit: Django does not flush its tables."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    commits = commits or "transactional_db" in request.fixturenames
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")
