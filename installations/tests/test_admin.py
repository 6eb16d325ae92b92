"""Operators look at workspaces and installations, and see no secret."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from installations import services
from installations.models import SEALED_COLUMNS, Installation, Workspace
from installations.tests.factories import CLIENT_ID, make_full_installation, raw_rows

pytestmark = pytest.mark.django_db

MODELS = ["workspace", "installation"]


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("operator"))
    return client


@pytest.fixture
def rows():
    services.complete_install(client_id=CLIENT_ID, installation=make_full_installation())
    return {"workspace": Workspace.objects.get(), "installation": Installation.objects.get()}


def listing(model: str) -> str:
    return reverse(f"admin:installations_{model}_changelist")


def detail(model: str, row, page: str = "change") -> str:
    return reverse(f"admin:installations_{model}_{page}", args=[row.pk])


def secrets() -> list[str]:
    """Return every secret, as the table holds it and as it was before."""
    [row] = raw_rows("installations_installation")
    plain = make_full_installation()
    sealed = [value for name in SEALED_COLUMNS for value in (row[name], getattr(plain, name))]
    return [*sealed, *plain.custom_values]  # these could be another app's secrets


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=T111",
        "?q=CANARY",
        "?q=v1.test1.",
        "?q=%00",
        "?o=-1",
        "?all=",
        "?_facets=True",
        "?state__exact=active",
        "?is_enterprise_install__exact=0",
        "?installed_at__year=2026",
    ],
)
def test_no_list_shows_a_secret(operator, rows, model, query):
    page = operator.get(listing(model) + query, follow=True)

    assert page.status_code == 200
    assert not [secret for secret in secrets() if secret in page.content.decode()]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", ["change", "history"])
def test_no_page_of_a_row_shows_a_secret(operator, rows, model, page):
    answer = operator.get(detail(model, rows[model], page))

    assert answer.status_code == 200
    assert not [secret for secret in secrets() if secret in answer.content.decode()]


def test_a_list_says_whether_there_are_tokens(operator, rows):
    before = operator.get(listing("installation")).content.decode().count("icon-yes")
    Installation.objects.update(bot_token="", user_token="")

    after = operator.get(listing("installation")).content.decode().count("icon-yes")
    assert before - after == 2


def test_a_search_finds_a_workspace_by_its_id_and_nothing_by_a_token(operator, rows):
    def found(model, typed):
        return operator.get(listing(model), {"q": typed}).context["cl"].result_count

    for model in MODELS:
        assert found(model, "T111") == 1
        assert found(model, "v1.test1") == found(model, "CANARY") == 0


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        *[("installation", f"{column}__startswith") for column in sorted(SEALED_COLUMNS)],
        *[("installation", column) for column in sorted(SEALED_COLUMNS)],
        ("workspace", "installations__bot_token__startswith"),
    ],
)
def test_nobody_can_guess_a_ciphertext_by_filtering(operator, rows, model, lookup):
    assert operator.get(listing(model), {lookup: "v1."}).status_code == 400


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_changed_or_deleted(operator, rows, model):
    row, before = rows[model], raw_rows(f"installations_{model}")

    answers = [
        operator.get(reverse(f"admin:installations_{model}_add")),
        operator.post(reverse(f"admin:installations_{model}_add"), {"team_id": "T222"}),
        operator.post(detail(model, row), {"team_id": "T222"}),
        operator.get(detail(model, row, "delete")),
        operator.post(detail(model, row, "delete"), {"post": "yes"}),
    ]
    operator.post(listing(model), {"action": "delete_selected", "_selected_action": row.pk})

    assert [answer.status_code for answer in answers] == [403] * 5
    assert raw_rows(f"installations_{model}") == before


@pytest.mark.parametrize("model", MODELS)
def test_strangers_see_nothing(client, rows, model):
    for address in (listing(model), detail(model, rows[model])):
        assert client.get(address).status_code == 302


def test_states_of_installs_under_way_have_no_page(operator):
    assert operator.get("/admin/installations/oauthstate/").status_code == 404


@pytest.mark.parametrize("model", MODELS)
def test_a_name_is_shown_as_text(operator, rows, model):
    Workspace.objects.update(name="<script>alert(1)</script>")
    Installation.objects.update(team_name="<script>alert(1)</script>")

    for address in (listing(model), detail(model, rows[model])):
        text = operator.get(address).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
