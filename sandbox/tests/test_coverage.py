"""The coverage table says the truth about itself."""

from pathlib import Path

import pytest

from sandbox.coverage import COVERAGE
from sandbox.methods.table import METHODS
from sandbox.web_api import WITH_APP_TOKEN, WITHOUT_TOKEN

TESTS = Path(__file__).parent


def test_every_method_is_in_the_table_and_nothing_else() -> None:
    assert set(COVERAGE) == {*METHODS, *WITHOUT_TOKEN, *WITH_APP_TOKEN}


@pytest.mark.parametrize("method", sorted(COVERAGE))
def test_the_named_test_file_calls_the_method(method: str) -> None:
    text = (TESTS / COVERAGE[method].tested).read_text(encoding="utf-8")

    assert method in text or method.replace(".", "_").lower() in text.lower().replace(".", "_")
