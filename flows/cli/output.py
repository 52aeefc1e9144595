"""How commands print: text for people, JSON for programs."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

import typer
from rich.console import Console

from transforms.month import Month

_WIDTH_WITHOUT_TERMINAL = 100


def console(*, stderr: bool = False) -> Console:
    """Make a console that prints every text literally: no markup, no emoji codes, no automatic highlights.

    Colours follow the terminal and NO_COLOR; without a terminal, lines have a fixed width.
    """
    made = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made = Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    return made


def print_json(value: object) -> None:
    """Print one JSON document."""
    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    typer.echo(json.dumps(jsonable(value), indent=2, ensure_ascii=not is_unicode))


def jsonable(value: Any) -> Any:
    """Turn dataclasses, months and dates into JSON values; a number that is not finite becomes null."""
    if is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Month):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(jsonable(inner) for inner in value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
