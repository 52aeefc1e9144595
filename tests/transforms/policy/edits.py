"""Edits of a written policy, named by the place that they change."""

from __future__ import annotations

from typing import Any

GONE = object()
"""As a value: the key is taken out."""


def edit(written: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """Change one place, such as ``movement.margin.value``, in the given content itself."""
    *parents, last = (int(step) if step.isdigit() else step for step in place.split("."))
    node: Any = written
    for step in parents:
        node = node[step]
    if value is GONE:
        del node[last]
    else:
        node[last] = value
    return written


def reasoned(value: object) -> dict[str, object]:
    """A number as a policy writes it."""
    return {"value": value, "reason": "Tried in a test."}
