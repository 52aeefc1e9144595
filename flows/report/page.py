"""Writes the parts of a report as one HTML page that needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.escaping import escape_controls
from flows.report.blocks import Cell, Section

_CANNOT_STAND_IN_A_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def report_page(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """Write the page.

    Only the page's own two scripts may run, by their hash, and nothing may be loaded: data could do neither, even if it
    escaped from its place.

    Args:
        title: The heading.
        subtitle: The line below the heading.
        sections: The parts.
    """
    environment = _environment()
    scripts = [_bundle(), environment.get_template("charts.js.j2").render()] if _has_charts(sections) else []
    return (
        environment.get_template("report.html.j2").render(
            title=title,
            subtitle=subtitle,
            sections=sections,
            # Both are part of the product and close no element.
            style=Markup(environment.get_template("report.css").render()),
            scripts=[Markup(script) for script in scripts],
            script_sources=" ".join(_hash_of(script) for script in scripts) or "'none'",
        )
        + "\n"
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows", "templates/report"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_script"] = _in_script
    environment.filters["as_cell"] = lambda cell: cell if isinstance(cell, Cell) else Cell(cell)
    return environment


def _shown(value: object) -> object:
    """Keep control characters, and those that change the direction of text, out of the page."""
    return escape_controls(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _in_script(spec: Mapping[str, Any]) -> Markup:
    """Write a chart as JSON that no text in it can end."""
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character, written in _CANNOT_STAND_IN_A_SCRIPT.items():
        text = text.replace(character, written)
    return Markup(text)


@cache
def _bundle() -> str:
    """Return Vega-Lite and its dependencies as one script; this takes longer than the rest of a page."""
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


def _has_charts(sections: Sequence[Section]) -> bool:
    return any(section.figures for section in sections)


def _hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
