"""The building blocks of a policy file: values that carry their reason, months, and strict sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from transforms.errors import WrongUseError
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class CameLater:
    """Marks a key that older policy files lack; its default is what the product did before the key came.

    Written ``key: Annotated[Count, CameLater("...")] = 20``. The default stays for ever, whatever the default policy
    says later: it is what the files mean that lack the key.

    Attributes:
        reason: Why a number has its default; None where the key is not a number with a reason.
    """

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A key that the model had in a former version.

    Attributes:
        name: The key.
        value: The value that it had by default, which the product now acts by.
        before: The key that it stood before; None for the last one.
    """

    name: str
    value: object
    before: str | None = None


class Section(BaseModel):
    """A part of the policy: unknown keys are refused, and values are immutable.

    Nothing is converted: ``yes`` is not 1 and ``"30"`` is not 30. Numbers must be finite.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    REMOVED: ClassVar[tuple[Removed, ...]] = ()
    """Keys of former versions, which still count in the fingerprint."""


def _take_value(written: Any) -> Any:
    if not isinstance(written, dict) or set(written) != {"value", "reason"}:
        raise ValueError("expected {value: ..., reason: ...}")
    if not isinstance(written["reason"], str) or not written["reason"].strip():
        raise ValueError("expected the number's reason in words")
    return written["value"]


_WithReason = BeforeValidator(_take_value)


def _read_month(written: Any) -> Month:
    if isinstance(written, Month):
        return written
    try:
        return Month.parse(written)
    except WrongUseError as error:
        raise ValueError("expected a month as YYYY-MM, from 1900-01 on") from error


PolicyMonth = Annotated[Month, BeforeValidator(_read_month)]
"""A month written ``YYYY-MM``."""

Words = Annotated[str, Field(min_length=1)]
"""Text that may not be empty."""

MOST_WINDOW_MONTHS = 120
"""The longest window: each of its months is looked at, and what is ten years old says nothing of a customer today."""

MOST_MONTHS = 1_200
"""The longest time in months, a hundred years: enough for "never", and no date with it leaves the calendar."""

MOST_DAYS = 36_600
"""The same in days."""

MOST_COUNTED = 1_000_000_000
"""The most accounts, rows or events that are counted."""

MOST_AMOUNT = 1e12
"""The largest amount of money, in whatever currency."""

_MOST_PER_HOUR = 1e8
_MOST_HOURS = 8_784
_MOST_MINUTES = 44_640
_MOST_TIMES = 1_000

Amount = Annotated[float, Field(ge=0, le=MOST_AMOUNT), _WithReason]
"""An amount of money of at least 0 with its reason."""

HourlyRate = Annotated[float, Field(ge=0, le=_MOST_PER_HOUR), _WithReason]
"""An amount of money for an hour with its reason, so bounded that a year of it can still be summed exactly."""

Hours = Annotated[float, Field(ge=0, le=_MOST_HOURS), _WithReason]
"""Hours of work, at most those of a leap year, with their reason."""

Minutes = Annotated[float, Field(ge=0, le=_MOST_MINUTES), _WithReason]
"""Minutes, at most those of a month, with their reason."""

Quantity = Annotated[float, Field(ge=0, le=MOST_COUNTED), _WithReason]
"""A number of things that need not be whole, with its reason."""

Factor = Annotated[float, Field(ge=0, le=_MOST_TIMES), _WithReason]
"""How many times as much, with its reason."""

Limit = Annotated[float, Field(ge=-MOST_AMOUNT, le=MOST_AMOUNT)]
"""A limit on a metric, without a reason of its own."""

Share = Annotated[float, Field(ge=0, le=1), _WithReason]
"""A share between 0 and 1 with its reason."""

Points = Annotated[float, Field(ge=0, le=100), _WithReason]
"""Points between 0 and 100 with their reason."""

Count = Annotated[int, Field(ge=0, le=MOST_COUNTED, strict=True), _WithReason]
"""A whole number of at least 0 with its reason: accounts, rows, events."""

PositiveCount = Annotated[int, Field(ge=1, le=MOST_COUNTED, strict=True), _WithReason]
"""A whole number of at least 1 with its reason."""

Days = Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True), _WithReason]
"""A number of days with its reason."""

PositiveDays = Annotated[int, Field(ge=1, le=MOST_DAYS, strict=True), _WithReason]
"""A number of days, at least 1, with its reason."""

Months = Annotated[int, Field(ge=0, le=MOST_MONTHS, strict=True), _WithReason]
"""A number of months with its reason."""

PositiveMonths = Annotated[int, Field(ge=1, le=MOST_MONTHS, strict=True), _WithReason]
"""A number of months, at least 1, with its reason."""

WindowMonths = Annotated[int, Field(ge=1, le=MOST_WINDOW_MONTHS, strict=True), _WithReason]
"""How many months are looked at, the last one included, with its reason."""

Severity = Annotated[Literal["fail", "warn"], _WithReason]
"""The effect of a failed check, with its reason: ``fail`` stops the month, ``warn`` only warns."""


def has_reason(section: type[Section], key: str) -> bool:
    """Return whether a value of a section is written as ``{value: ..., reason: ...}``."""
    return _WithReason in section.model_fields[key].metadata


def came_later(field: FieldInfo) -> CameLater | None:
    """Return the mark of a key that older policy files lack; None for a key of the first version."""
    return next((mark for mark in field.metadata if isinstance(mark, CameLater)), None)
