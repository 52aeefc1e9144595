"""A version of the policy, written out in full as the warehouse keeps it."""

from __future__ import annotations

from typing import Any

import yaml

from flows.settings.reasons import PolicyReasons
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.values import Section, came_later, has_reason

_NOT_WRITTEN = "The reason is not recorded."

_TEXTS: dict[str, str] = {}
"""Texts that were written before, by content, since every month needs the text of its version."""


def write_policy(policy: Policy, reasons: PolicyReasons) -> str:
    """Write a version as YAML that is itself a valid policy file, with inherited values and all reasons.

    Args:
        policy: The version.
        reasons: The reasons of its numbers.
    """
    written = _section(policy, (), policy.version, reasons)
    key = repr(written)
    if key not in _TEXTS:
        # The C writer writes the same text in a tenth of the time; PyYAML may have been built without it.
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        _TEXTS[key] = str(yaml.dump(written, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))
    return _TEXTS[key]


def _section(section: Section, place: tuple[str, ...], version: str, reasons: PolicyReasons) -> dict[str, Any]:
    return {
        key: _reasoned(section, value, (*place, key), version, reasons)
        if has_reason(type(section), key)
        else _value(value, (*place, key), version, reasons)
        for key in type(section).model_fields
        if (value := getattr(section, key)) is not None
    }


def _reasoned(
    section: Section, value: Any, place: tuple[str, ...], version: str, reasons: PolicyReasons
) -> dict[str, Any]:
    shortest = int(value) if isinstance(value, float) and value == int(value) else value
    # A key that the file lacks has the reason of its default.
    later = came_later(type(section).model_fields[place[-1]])
    reason = reasons.of(version, place) or (later and later.reason) or _NOT_WRITTEN
    return {"value": shortest, "reason": reason}


def _value(value: Any, place: tuple[str, ...], version: str, reasons: PolicyReasons) -> Any:
    if place[0] == "pillars":
        # Components carry one reason for all of their numbers.
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, Section):
        return _section(value, place, version, reasons)
    if isinstance(value, list):
        return [_value(item, (*place, str(position)), version, reasons) for position, item in enumerate(value)]
    return str(value) if isinstance(value, Month) else value
