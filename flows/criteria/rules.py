"""The values of a policy's sections, each with the reason that stands beside it in the policy file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.settings.reasons import PolicyReasons
from transforms.policy import Policy
from transforms.policy.values import Section, carries_reason


@dataclass(frozen=True, slots=True)
class Rule:
    """A number of the policy, or what a broken check does.

    Attributes:
        name: Its name in words.
        value: How it is written for people.
        reason: Why it is so.
    """

    name: str
    value: str
    reason: str | None


def rules_of(policy: Policy, section: str, reasons: PolicyReasons) -> list[Rule]:
    """List the values with a reason of a section in the order of the policy, those of its parts included.

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
        Rule(_in_words(inner), _written(inner[-1], value), reasons.of(policy.version, (*place, *inner)))
        for inner, value in _values(part)
    ]


def _values(section: Section) -> Iterator[tuple[tuple[str, ...], float | str]]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, Section):
            yield from (((key, *inner), innermost) for inner, innermost in _values(value))
        elif carries_reason(type(section), key):
            yield (key,), value


def _in_words(place: tuple[str, ...]) -> str:
    return ": ".join(key.removesuffix("_share").replace("_", " ") for key in place)


def _written(key: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value * 100:g} %" if key.endswith("_share") else f"{value:,g}"
