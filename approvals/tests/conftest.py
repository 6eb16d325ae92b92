"""A workspace to approve campaigns in."""

import hypothesis
import pytest

from approvals.policies import Standing
from approvals.tests.factories import ADMIN, make_person, set_up
from installations.models import Workspace
from installations.tests.factories import make_workspace

hypothesis.settings.register_profile("shared machine", deadline=None, database=None)
hypothesis.settings.load_profile("shared machine")


@pytest.fixture
def unset(db) -> Workspace:
    """Return a workspace with an admin, where nobody has said who approves."""
    workspace = make_workspace()
    make_person(workspace, ADMIN, Standing.ADMIN)
    return workspace


@pytest.fixture
def workspace(unset: Workspace) -> Workspace:
    """Return a workspace where one of Ana and Ben approves."""
    set_up(unset)
    return unset


@pytest.fixture
def committed(transactional_db) -> Workspace:
    """Return the same for tests with several connections, which need to see each other's rows."""
    workspace = make_workspace()
    make_person(workspace, ADMIN, Standing.ADMIN)
    set_up(workspace)
    return workspace
