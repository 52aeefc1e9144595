"""The criteria as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from transforms.plurals import pluralize


def render_criteria(criteria: Mapping[str, Any]) -> str:
    """Write collected criteria as Markdown, by the template of their audience."""
    # The output is Markdown, not HTML: escaping would spoil the policy's words.
    environment = Environment(
        loader=PackageLoader("flows", "templates"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["cell"] = _cell
    environment.filters["many"] = pluralize
    environment.filters["ordinal"] = _ordinal
    environment.filters["short"] = lambda number: f"{number:z,g}"
    template = environment.get_template(f"criteria_{criteria['audience']}.md.j2")
    return template.render(criteria).strip() + "\n"


def _cell(text: object) -> str:
    """Fit a text into a cell of a table."""
    return " ".join(str("" if text is None else text).split()).replace("|", "\\|")


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
