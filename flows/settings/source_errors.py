"""Faults of `sources` in `retier.yaml` that only the contracts of the sources can tell."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES
from transforms.policy.book import Fault


def source_faults(sources: Any) -> list[Fault]:
    """Name unknown sources and missing required ones; what each says is left to its own model."""
    if not isinstance(sources, dict):
        return []
    faults = [
        Fault(("sources", name), name, f"unknown source: {_hint(name)}") for name in sources if name not in SOURCES
    ]
    for name, table in SOURCES.items():
        if table.is_required and name not in sources:
            expected = f"missing: expected this required source ({table.grain[0].lower()}{table.grain[1:]})"
            faults.append(Fault(("sources", name), None, expected))
    return faults


def column_faults(sources: Mapping[str, SourceSpec]) -> list[Fault]:
    """Name what sources say of columns that they do not have."""
    return [
        Fault(("sources", name), sorted(spec.model_fields_set), problem)
        for name, spec in sources.items()
        if name in SOURCES
        for problem in spec.problems(SOURCES[name])
    ]


def _hint(name: object) -> str:
    near = get_close_matches(str(name), SOURCES, n=1)
    return f"did you mean {near[0]}?" if near else f"expected one of {', '.join(SOURCES)}"
