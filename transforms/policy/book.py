"""The policy book: all versions of a policy, each in force for its own months."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from transforms.errors import WrongUseError
from transforms.month import Month
from transforms.policy.model import Policy


@dataclass(frozen=True, slots=True)
class InvalidValue:
    """What is wrong in one place of the policy.

    Attributes:
        path: The place, as keys and list positions from the top.
        value: The value there.
        expected: What was expected, as a phrase.
    """

    path: tuple[str | int, ...]
    value: object
    expected: str


class PolicyError(WrongUseError):
    """The policy is not valid.

    Attributes:
        errors: Every wrong place.
    """

    def __init__(
        self, errors: Sequence[InvalidValue], lines: Mapping[tuple[str | int, ...], int] | None = None
    ) -> None:
        """Write one clause per error, with its line if that is known."""
        self.errors = list(errors)
        clauses = [_clause(error, lines or {}) for error in self.errors]
        super().__init__(f"{len(clauses)} error{'s' * (len(clauses) != 1)} in the policy: {'; '.join(clauses)}")


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """All versions, oldest first."""

    versions: tuple[Policy, ...]

    @classmethod
    def from_mapping(cls, written: object) -> PolicyBook:
        """Read a policy file's content: one version, or ``versions``, each possibly ``based_on`` an earlier one.

        Raises:
            PolicyError: If any version is wrong, or two are in force in one month.
        """
        entries = _entries(written)
        versions: list[Policy] = []
        errors: list[InvalidValue] = []
        for prefix, entry in entries:
            try:
                versions.append(Policy.model_validate(entry))
            except ValidationError as error:
                errors.extend(_error(prefix, detail) for detail in error.errors())
        if errors:
            raise PolicyError(errors)
        ordered = sorted(versions, key=lambda policy: policy.effective_month)
        _refuse_overlaps(ordered)
        return cls(tuple(ordered))

    def policy_for(self, month: Month) -> Policy:
        """Return the version in force in a month.

        Raises:
            WrongUseError: If none is.
        """
        found = self.find(month)
        if found is None:
            first = self.versions[0].effective_month
            raise WrongUseError(
                f"no policy is in force in {month}: the first begins in {first}, expected one that covers it"
            )
        return found

    def find(self, month: Month) -> Policy | None:
        """Return the version in force in a month, or None."""
        begun = [policy for policy in self.versions if policy.effective_month <= month]
        if not begun or (begun[-1].until_month is not None and begun[-1].until_month < month):
            return None
        return begun[-1]

    def former_policy_for(self, month: Month) -> Policy | None:
        """Return the version in force the month before, where a new one takes effect in this month; else None."""
        former = self.find(month - 1)
        current = self.find(month)
        if former is None or current is None or former.fingerprint == current.fingerprint:
            return None
        return former


def _entries(written: object) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
    if not isinstance(written, dict):
        raise PolicyError([InvalidValue((), written, "expected a mapping of sections")])
    if "versions" not in written:
        return [((), written)]
    listed = written["versions"]
    if set(written) != {"versions"} or not isinstance(listed, list) or not listed:
        raise PolicyError(
            [
                InvalidValue(
                    ("versions",),
                    sorted(map(str, written)),
                    "expected a list of versions and no other key",
                )
            ]
        )
    resolved: dict[str, dict[str, Any]] = {}
    entries: list[tuple[tuple[str | int, ...], dict[str, Any]]] = []
    for position, entry in enumerate(listed):
        path: tuple[str | int, ...] = ("versions", position)
        if not isinstance(entry, dict):
            raise PolicyError([InvalidValue(path, entry, "expected a mapping of sections")])
        changes = {key: value for key, value in entry.items() if key != "based_on"}
        if "based_on" in entry:
            # A number is not looked up by its text: 1.10 would be version 1.1.
            base = resolved.get(entry["based_on"]) if isinstance(entry["based_on"], str) else None
            if base is None:
                known = ", ".join(sorted(resolved)) or "none yet"
                raise PolicyError(
                    [InvalidValue((*path, "based_on"), entry["based_on"], f"expected an earlier version ({known})")]
                )
            inherited = {key: value for key, value in base.items() if key != "until_month"}
            changes = _merged(inherited, changes)
        resolved[str(changes.get("version"))] = changes
        entries.append((path, changes))
    return entries


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Merge changes into a base, key by key; a number is replaced together with its reason, which no longer applies."""
    merged = dict(base)
    for key, value in changes.items():
        former = merged.get(key)
        if isinstance(former, dict) and isinstance(value, dict) and set(former) != _NUMBER and "kind" not in value:
            merged[key] = _merged(former, value)
        else:
            merged[key] = value
    return merged


_NUMBER = {"value", "reason"}


def _refuse_overlaps(ordered: list[Policy]) -> None:
    for earlier, later in pairwise(ordered):
        ends = earlier.until_month
        if earlier.effective_month == later.effective_month or (ends is not None and ends >= later.effective_month):
            raise PolicyError(
                [
                    InvalidValue(
                        ("effective_month",),
                        str(later.effective_month),
                        f"dates overlap: version {later.version!r} begins while {earlier.version!r} "
                        f"(from {earlier.effective_month}) is in force, expected one version per month",
                    )
                ]
            )
    names = [policy.version for policy in ordered]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PolicyError([InvalidValue(("version",), twice[0], "expected each version's name once")])


def _error(prefix: tuple[str | int, ...], detail: Any) -> InvalidValue:
    path = prefix + _path_in_file(detail["loc"])
    if detail["type"] == "missing":
        return InvalidValue(path, None, "missing: expected a value here")
    if detail["type"] == "extra_forbidden":
        return InvalidValue(path, detail["input"], "unknown key: expected one of the policy's own (is it a typo?)")
    message = detail["msg"].removeprefix("Value error, ").replace("String should match", "expected text that matches")
    message = _NAMED_BY_PYDANTIC.sub("expected ", message)
    if isinstance(detail["input"], str) and detail["type"] in _AS_WRITTEN:
        message = f"{message}, {_AS_WRITTEN[detail['type']]}"
    return InvalidValue(path, detail["input"], message[0].lower() + message[1:])


_AS_WRITTEN = {
    "float_type": "written without quotes in digits with at most one point, such as 1000 or 0.5",
    "int_type": "written without quotes in digits",
    "bool_type": "written as true or false",
}
_NAMED_BY_PYDANTIC = re.compile(r"^(Input should be|(String|List|Dictionary) should( have)?) ")


def _path_in_file(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Remove what pydantic adds: the member of a union that ``kind`` chose, and the mark of an invalid key."""
    return tuple(
        step
        for position, step in enumerate(location)
        if step != "[key]" and not (position and location[position - 1] == "score")
    )


def _clause(error: InvalidValue, lines: Mapping[tuple[str | int, ...], int]) -> str:
    place = ".".join(str(step) for step in error.path) or "the whole file"
    known = next((lines[error.path[:n]] for n in range(len(error.path), 0, -1) if error.path[:n] in lines), None)
    where = f" (line {known})" if known is not None else ""
    if error.expected.startswith("missing"):
        return f"{place}{where}: {error.expected}"
    shown = repr(error.value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"{place}{where}: got {shown}, {error.expected}"
