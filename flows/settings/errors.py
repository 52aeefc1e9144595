"""The errors of `retier.yaml`: those that its model finds, and those that the contracts of the sources find."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from flows.settings.retier_yaml import Settings
from flows.settings.yaml_file import YamlFile
from flows.settings.yaml_values import Place
from sql.sources.spec import SourceSpec
from sql.vendors.kit import VENDORS, kit_of
from sql.vendors.settings import vendor_problem
from transforms.contracts import SOURCES
from transforms.policy.book import InvalidValue

_IN_CHANNEL = 3
"""The length of the place of a channel's key: channels, the channel, the key."""


def model_errors(error: ValidationError, file: YamlFile, known: Iterable[str]) -> list[InvalidValue]:
    """Translate pydantic's errors, one per place.

    Args:
        error: The errors that pydantic found.
        file: The file that was validated.
        known: The keys that are allowed at the top, for hints about typing errors.
    """
    errors: dict[Place, InvalidValue] = {}
    for detail in error.errors(include_url=False):
        is_missing = detail["type"] == "missing"
        place = _in_file(detail["loc"], file, is_missing=is_missing)
        message = detail["msg"].removeprefix("Value error, ")
        expected = {
            "extra_forbidden": f"unknown key: {_hint(place, list(known))}",
            "missing": "missing: expected a value here",
        }.get(detail["type"], message[0].lower() + message[1:])
        if place in errors:
            expected = f"{errors[place].expected} or {expected.removeprefix('input should be ')}"
        errors[place] = InvalidValue(place, _shown(place, detail["input"]), expected)
    return list(errors.values())


def source_errors(sources: Any) -> list[InvalidValue]:
    """Return the unknown sources and the missing required ones; their content is checked by their own model."""
    if not isinstance(sources, dict):
        return []
    errors = [
        InvalidValue(("sources", name), name, f"unknown source: {_nearest(name, SOURCES)}")
        for name in sources
        if name not in SOURCES
    ]
    for name, table in SOURCES.items():
        if table.is_required and name not in sources:
            expected = f"missing: expected this required source ({table.grain[0].lower()}{table.grain[1:]})"
            errors.append(InvalidValue(("sources", name), None, expected))
    return errors


def column_errors(sources: Mapping[str, SourceSpec]) -> list[InvalidValue]:
    """Return the settings of sources for columns that they do not have."""
    return [
        InvalidValue(("sources", name), sorted(spec.model_fields_set), problem)
        for name, spec in sources.items()
        if name in SOURCES
        for problem in spec.problems(SOURCES[name])
    ]


def unknown_vendors(vendors: Any) -> list[InvalidValue]:
    """Return the vendors without a kit; what is said of the others is checked by their own models."""
    if not isinstance(vendors, dict):
        return []
    return [
        InvalidValue(("vendors", name), name, f"unknown vendor: {_nearest(name, VENDORS)}")
        for name in vendors
        if name not in VENDORS
    ]


def vendor_errors(settings: Settings) -> list[InvalidValue]:
    """Return the tables that a kit does not read, and the sources that do not come from the kits that they name."""
    errors = [
        InvalidValue(("vendors", vendor), sorted(said.model_fields_set), problem)
        for vendor in VENDORS
        if (said := settings.vendors.of(vendor)) is not None
        for problem in said.problems(kit_of(vendor))
    ]
    return errors + [
        InvalidValue(("sources", name, "vendor"), vendor, problem)
        for name, spec in settings.sources.items()
        for vendor in spec.vendors
        if (problem := vendor_problem(vendor, name, settings.vendors)) is not None
    ]


class _Hidden:
    """Stands for a value that must not be shown."""

    def __repr__(self) -> str:
        return "a text that is not shown"


def _shown(place: Place, value: object) -> object:
    """Return what may be shown of a wrong value: of a source, a channel or a vendor only its keys."""
    is_known = len(place) > 1 and place[0] not in {"sources", "channels", "vendors"}
    if isinstance(value, dict) and not is_known:
        return list(value)
    is_secret = place[:1] != ("warehouse",) and place[:1] != ("sources",) and "://" in str(value)
    is_in_channel = place[:1] == ("channels",) and (len(place) < _IN_CHANNEL or place[2] == "url")
    return _Hidden() if is_secret or is_in_channel else value


def _in_file(place: Place, file: YamlFile, *, is_missing: bool) -> Place:
    """Leave out the steps that pydantic adds for the members of a union, which are not keys of the file."""
    if is_missing:
        return place
    return next((place[:length] for length in range(len(place), 1, -1) if file.has_place(place[:length])), place[:1])


def _hint(place: Place, known: list[str]) -> str:
    if len(place) != 1:
        return "expected a documented one (is it a typo?)"
    return _nearest(place[0], known)


def _nearest(name: object, known: Collection[str]) -> str:
    near = get_close_matches(str(name), known, n=1)
    return f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
