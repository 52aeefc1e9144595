"""The least and the most that a policy may say at each place, as its model has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml
from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from flows.settings import default_policy_text
from transforms.errors import WrongUseError
from transforms.policy import PolicyBook
from transforms.policy.values import Section, has_reason

Content = dict[str, Any]
_NEARLY = 1e-9


@dataclass(frozen=True)
class Number:
    """A number of the policy.

    Attributes:
        place: Its place, keys and positions from the top.
        least: The least that the model accepts.
        most: The most.
    """

    place: tuple[str | int, ...]
    least: float
    most: float

    @property
    def name(self) -> str:
        """The place in words."""
        return ".".join(map(str, self.place))


def default_content() -> Content:
    """Return the default policy as it is written."""
    return dict(yaml.safe_load(default_policy_text()))


def numbers() -> list[Number]:
    """List every number of the default policy that has limits."""
    return list(_numbers(PolicyBook.from_mapping(default_content()).versions[0], ()))


def with_number(content: Content, number: Number, value: float) -> Content | None:
    """Return the policy with another number, or None where the model refuses it beside the others."""
    changed = deepcopy(content)
    inner: Any = changed
    for step in number.place[:-1]:
        inner = inner[step]
    inner[number.place[-1]] = int(value) if value == int(value) else value
    try:
        PolicyBook.from_mapping(changed)
    except WrongUseError:
        return None
    return changed


def extreme(choose: Callable[[Number], float]) -> tuple[Content, list[str]]:
    """Return the default policy with every number at an end, where the others allow it, and which stand there."""
    content, moved = default_content(), list[str]()
    for number in numbers():
        changed = with_number(content, number, choose(number))
        if changed is not None:
            content = changed
            moved.append(number.name)
    return content, moved


def _numbers(section: Section, place: tuple[str | int, ...]) -> Iterator[Number]:
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        here = (*place, key)
        if isinstance(value, Section):
            yield from _numbers(value, here)
        elif isinstance(value, dict | list):
            for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(inner, Section):
                    yield from _numbers(inner, (*here, step))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            place_of_value = (*here, "value") if has_reason(type(section), key) else here
            yield Number(place_of_value, *_limits(field))


def _limits(field: FieldInfo) -> tuple[float, float]:
    least = [mark.ge for mark in field.metadata if isinstance(mark, Ge)]
    above = [mark.gt + _NEARLY for mark in field.metadata if isinstance(mark, Gt)]
    most = [mark.le for mark in field.metadata if isinstance(mark, Le)]
    return max(least + above), min(most)
