"""A measure: one number about a month, its limits, and a sentence that describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transforms.contracts import Severity

_NAME = re.compile(r"[A-Za-z0-9_.]+")
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """The result of a business check.

    Attributes:
        name: The check's name, as ``--accept`` takes it: letters, digits, ``_`` and ``.``.
        severity: What a failure does.
        observed: The observed number; None if the check does not apply, which counts as passed.
        minimum: The smallest number that passes, inclusive; None for any.
        maximum: The largest number that passes, inclusive; None for any.
        message: A complete sentence. Passed: what was found. Failed: what and how much, the first examples, what was
            expected and what to do. Does not apply: why.
    """

    name: str
    severity: Severity
    observed: float | None
    minimum: float | None
    maximum: float | None
    message: str

    def __post_init__(self) -> None:
        """Reject a name that cannot be a column or a command-line argument.

        Raises:
            ValueError: If the name has other characters.
        """
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not a valid check name: use letters, digits, _ and .")

    @property
    def is_passed(self) -> bool:
        """Whether the number is within its limits; a check that does not apply passes."""
        if self.observed is None:
            return True
        is_enough = self.minimum is None or self.observed >= self.minimum
        return is_enough and (self.maximum is None or self.observed <= self.maximum)

    @property
    def observed_text(self) -> str:
        """The observed number, to four decimals (``0.31``)."""
        return "does not apply" if self.observed is None else number_text(self.observed)

    @property
    def expected_text(self) -> str:
        """The limits in words (``at most 0.15``)."""
        parts = []
        if self.minimum is not None:
            parts.append(f"at least {number_text(self.minimum)}")
        if self.maximum is not None:
            parts.append(f"at most {number_text(self.maximum)}")
        return " and ".join(parts) or "any"


def does_not_apply(name: str, severity: Severity, why: str) -> Measure:
    """Return the measure of a check that does not apply.

    Args:
        name: The check's name.
        severity: What a failure would do.
        why: Why it does not apply, as a sentence.
    """
    return Measure(name, severity, None, None, None, why)


def number_text(value: float) -> str:
    """Format a number to four decimals, without trailing zeros."""
    return f"{value:z,.{_DECIMALS}f}".rstrip("0").rstrip(".")
