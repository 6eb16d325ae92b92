"""Pages from templates, with everything escaped that does not say it is markup."""

from html import escape
from pathlib import Path
from string import Template

PAGES = Path(__file__).parent / "pages"


class Markup(str):
    """Text that is already HTML."""

    __slots__ = ()


def fill(template: str, **values: str) -> Markup:
    """Return ``template`` with each ``$name`` replaced; plain strings are escaped."""
    return Markup(Template(template).substitute({key: _safe(one) for key, one in values.items()}))


def page(name: str, **values: str) -> Markup:
    """Return a page of the ``pages`` folder, filled in."""
    return fill((PAGES / name).read_text(encoding="utf-8"), **values)


def joined(parts: list[Markup]) -> Markup:
    """Return markup one piece after the other."""
    return Markup("\n".join(parts))


def _safe(value: str) -> str:
    return value if isinstance(value, Markup) else escape(value)
