"""All rules in the order of the review, and the table that says which are kept."""

import textwrap
from collections.abc import Iterable, Iterator

from slackapp.marketplace import (
    asking,
    deciding,
    hosting,
    installing,
    leaving,
    pages,
    requests,
    speaking,
)
from slackapp.marketplace.by_hand import BY_HAND
from slackapp.marketplace.requirement import Finding, Requirement

REQUIREMENTS = (
    *asking.REQUIREMENTS,
    *installing.REQUIREMENTS,
    *pages.REQUIREMENTS,
    *requests.REQUIREMENTS,
    *hosting.REQUIREMENTS,
    *leaving.REQUIREMENTS,
    *speaking.REQUIREMENTS,
    *deciding.REQUIREMENTS,
)
WIDTH = 100  # characters


def findings(requirements: Iterable[Requirement] = REQUIREMENTS) -> list[Finding]:
    """Check every rule; nothing that is written stays."""
    return [requirement.verify() for requirement in requirements]


def table(found: Iterable[Finding]) -> Iterator[str]:
    """Yield the lines of the report."""
    found = list(found)
    name = max(len(finding.requirement.name) for finding in found)
    for finding in found:
        word = "pass" if finding.passed else "FAIL"
        yield f"{word}  {finding.requirement.name:<{name}}  {finding.requirement.rule}"
        for problem in finding.problems:
            yield from _wrapped(problem, "      → ")
    yield ""
    yield "By hand:"
    for rule in BY_HAND:
        yield from _wrapped(f"{rule.area}: {rule.todo}", "  [ ] ")
    yield ""
    failed = sum(not finding.passed for finding in found)
    yield f"{len(found) - failed} pass, {failed} fail, {len(BY_HAND)} to look at by hand"


def _wrapped(text: str, sign: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=sign, subsequent_indent=" " * len(sign), break_long_words=False
    )
