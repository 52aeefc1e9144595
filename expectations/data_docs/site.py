"""The templates and the style that all pages share."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def render(template: str, **context: Any) -> str:
    """Render one of this package's pages; whatever comes from data is escaped."""
    return _environment().get_template(template).render(context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("expectations.data_docs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["instant"] = _instant
    style = files("expectations.data_docs").joinpath("style.css").read_text("utf-8")
    environment.globals["style"] = Markup(style)
    return environment


def _instant(time: datetime) -> str:
    in_utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return f"{in_utc:%Y-%m-%d %H:%M} UTC"
