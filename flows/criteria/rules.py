"""The values of a policy's sections, each with its reason from the policy file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flows.settings.reasons import PolicyReasons
from transforms.policy import Policy
from transforms.policy.values import Section, has_reason

_LIMITS = 2
"""A list of two whole numbers is a range of scores."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A number of the policy, or the effect of a failed check.

    Attributes:
        name: Its name in words.
        value: How it is written for people.
        reason: Why it is so.
    """

    name: str
    value: str
    reason: str | None


def rules_of(policy: Policy, section: str, reasons: PolicyReasons) -> list[Rule]:
    """List the values with a reason of a section in the order of the policy, those of its parts and lists included.

    Args:
        policy: The policy.
        section: The section's keys from the top, with dots between them.
        reasons: Where the reasons are found.
    """
    place = tuple(section.split("."))
    part: object = policy
    for key in place:
        part = getattr(part, key)
    if not isinstance(part, Section):
        raise TypeError(f"{section} is not a section of the policy")
    return [
        Rule(value.name, value.written, value.reason or reasons.of(policy.version, (*place, *value.place)))
        for value in _values(part)
    ]


@dataclass(frozen=True, slots=True)
class _Value:
    """A value in a section: its keys from there, its name in words, how it is written, and the reason it carries."""

    place: tuple[str, ...]
    name: str
    written: str
    reason: str | None = None

    def within(self, key: str) -> _Value:
        return replace(self, place=(key, *self.place), name=f"{_in_words(key)}: {self.name}")


def _values(section: Section) -> Iterator[_Value]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, Section) and "reason" in type(value).model_fields:
            yield _Value((key,), _in_words(key), _described(value.model_dump()), getattr(value, "reason", None))
        elif isinstance(value, Section):
            yield from (inner.within(key) for inner in _values(value))
        elif isinstance(value, list) and value and isinstance(value[0], Section):
            yield from (_item(str(place), item).within(key) for place, item in enumerate(value))
        elif has_reason(type(section), key):
            yield _Value((key,), _in_words(key), _written(key, value))


def _item(place: str, item: Section) -> _Value:
    """Return an item of a list: its first value names it, the others describe it."""
    (_, name), *others = item.model_dump().items()
    return _Value((place,), str(name), _described(dict(others)), getattr(item, "reason", None))


def _described(values: dict[str, Any]) -> str:
    return ", ".join(
        f"{_in_words(key)} {_written(key, value)}"
        for key, value in values.items()
        if key != "reason" and value is not None
    )


def _in_words(key: str) -> str:
    return key.removesuffix("_share").replace("_", " ")


def _written(key: str, value: float | str | list[Any]) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        are_limits = len(value) == _LIMITS and all(isinstance(one, int) for one in value)
        listed = [f"{one:zg}" if isinstance(one, float) else str(one) for one in value]
        return " to ".join(listed) if are_limits else ", ".join(listed)
    return f"{value * 100:zg} %" if key.endswith("_share") else f"{value:z,g}"
