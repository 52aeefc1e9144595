"""The policy's segments section: how accounts are grouped in addition to their tiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Annotated, Literal, Protocol, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from transforms.contracts.columns.operations import SegmentName
from transforms.errors import first_few
from transforms.policy.values import MOST_AMOUNT, MOST_COUNTED, Amount, Count, Limit, Section, WindowMonths, Words


class _Band(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def minimum(self) -> float: ...


_BandType = TypeVar("_BandType", bound=_Band)


def _rising_from_0(bands: list[_BandType]) -> list[_BandType]:
    limits = [band.minimum for band in bands]
    if limits[0] != 0 or any(lower >= upper for lower, upper in pairwise(limits)):
        raise ValueError(f"bands begin at {_listed(limits)}: expected limits that rise strictly, the first of them 0")
    _refuse_twice([band.name for band in bands])
    return bands


def _listed(limits: Sequence[float]) -> str:
    return ", ".join(f"{limit:zg}" for limit in limits)


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{first_few(twice)} occurs twice: expected each name once")


class SizeBand(Section):
    """Accounts with at least this many employees, up to the next band."""

    name: Words
    minimum_employees: Annotated[int, Field(ge=0, le=MOST_COUNTED)]
    reason: Words

    @property
    def minimum(self) -> float:
        """Where the band begins."""
        return self.minimum_employees


class ValueBand(Section):
    """Accounts with at least this much ARR, up to the next band."""

    name: Words
    minimum_arr: Annotated[float, Field(ge=0, le=MOST_AMOUNT)]
    reason: Words

    @property
    def minimum(self) -> float:
        """Where the band begins."""
        return self.minimum_arr


_Scores = Annotated[list[int], Field(min_length=2, max_length=2)]


class RfmRule(Section):
    """A name for codes whose scores are within ranges, both ends included; without a range any score matches."""

    segment: SegmentName
    recency: _Scores | None = None
    frequency: _Scores | None = None
    monetary: _Scores | None = None
    reason: Words

    def is_match(self, scores: Sequence[int]) -> bool:
        """Return whether scores of recency, frequency and monetary are within the ranges."""
        return all(
            limits is None or limits[0] <= score <= limits[1] for score, limits in zip(scores, self.ranges, strict=True)
        )

    @property
    def ranges(self) -> tuple[list[int] | None, list[int] | None, list[int] | None]:
        """The ranges of recency, frequency and monetary."""
        return (self.recency, self.frequency, self.monetary)


class Axis(Section):
    """How one measure becomes a score.

    Attributes:
        by: ``edges``: fixed limits, which are the same for every month. ``quantiles``: the average rank of a value
            among the accounts of the month, so that ties are treated alike whichever end is best, and all scores are
            in the middle where all values are equal. ``quantile_edges``: the quantiles of the values, as pandas and
            numpy cut them.
        edges: The limits between scores, one fewer than there are; a value that equals a limit belongs below it. None
            without fixed limits.
    """

    by: Literal["edges", "quantiles", "quantile_edges"]
    edges: list[Limit] | None = None
    reason: Words

    @model_validator(mode="after")
    def _edges_are_where_they_count(self) -> Self:
        if (self.edges is not None) != (self.by == "edges"):
            found = "there are edges" if self.edges else "there are none"
            raise ValueError(f"by is {self.by} and {found}: expected edges with `by: edges` and only there")
        if any(lower >= upper for lower, upper in pairwise(self.edges or ())):
            raise ValueError(f"the edges are {_listed(self.edges or ())}: expected limits that rise strictly")
        return self


class Axes(Section):
    """How each of the three measures becomes a score."""

    recency: Axis
    frequency: Axis
    monetary: Axis

    @property
    def in_order(self) -> tuple[Axis, Axis, Axis]:
        """The axes of recency, frequency and monetary."""
        return (self.recency, self.frequency, self.monetary)


class Rfm(Section):
    """How recency, frequency and monetary value become scores, and what their codes are called.

    Attributes:
        bins: The number of scores of each measure; they run from 1 to this number.
        best: Whether the best accounts have the highest score or the lowest.
        axes: How each measure becomes a score.
        rules: Names of codes; if several rules match a code, the first one counts.
    """

    bins: Annotated[Count, Field(ge=2, le=9)]
    best: Literal["highest", "lowest"]
    axes: Axes
    rules: Annotated[list[RfmRule], Field(min_length=1)]

    def segments(self) -> dict[str, SegmentName]:
        """Return the name of each code, in the order of codes."""
        return {_code(scores): rule.segment for scores, rule in self._matched() if rule is not None}

    def _matched(self) -> Iterator[tuple[tuple[int, ...], RfmRule | None]]:
        for scores in product(range(1, self.bins + 1), repeat=3):
            yield scores, next((rule for rule in self.rules if rule.is_match(scores)), None)

    @model_validator(mode="after")
    def _edges_separate_the_scores(self) -> Self:
        for name, axis in zip(Axes.model_fields, self.axes.in_order, strict=True):
            if axis.edges is not None and len(axis.edges) != self.bins - 1:
                raise ValueError(
                    f"{name} has the edges {_listed(axis.edges)}: expected {self.bins - 1}, which separate "
                    f"{self.bins} scores"
                )
        return self

    @model_validator(mode="after")
    def _ranges_are_of_scores(self) -> Self:
        for position, rule in enumerate(self.rules, start=1):
            for limits in rule.ranges:
                if limits is not None and not 1 <= limits[0] <= limits[1] <= self.bins:
                    raise ValueError(
                        f"rule {position} ({rule.segment}) says {limits}: expected [lowest, highest] within 1 to "
                        f"{self.bins}"
                    )
        return self

    @model_validator(mode="after")
    def _every_code_has_a_name(self) -> Self:
        nameless = [_code(scores) for scores, rule in self._matched() if rule is None]
        if nameless:
            raise ValueError(
                f"no rule names {len(nameless)} of the {self.bins**3} codes ({first_few(nameless)}): expected a rule "
                "for each"
            )
        return self


def _code(scores: Sequence[int]) -> str:
    return "".join(str(score) for score in scores)


class Opportunity(Section):
    """The amount from which on more seats or products are worth a conversation."""

    minimum_amount: Amount


def without_case_and_blanks(text: str) -> str:
    """Normalise a text that people typed, for comparison with others."""
    return re.sub(r"\s", "", text.lower())


class UseCase(Section):
    """Something that customers want to achieve, and the features that they use for it."""

    name: Words
    features: Annotated[list[Words], Field(min_length=1)]
    reason: Words


def _named_once(use_cases: list[UseCase]) -> list[UseCase]:
    _refuse_twice([without_case_and_blanks(use_case.name) for use_case in use_cases])
    return use_cases


class NeedsRules(Section):
    """How the needs of an account are derived from its usage.

    Attributes:
        window_months: How many months of usage count, M included.
        use_cases: The possible needs; of two that are equally strong the first one counts. Empty: needs are unknown.
    """

    window_months: WindowMonths
    use_cases: Annotated[list[UseCase], AfterValidator(_named_once)]


class Segments(Section):
    """How accounts are grouped in addition to their tiers."""

    size_bands: Annotated[list[SizeBand], Field(min_length=1), AfterValidator(_rising_from_0)]
    rfm: Rfm
    value_bands: Annotated[list[ValueBand], Field(min_length=1), AfterValidator(_rising_from_0)]
    opportunity: Opportunity
    needs: NeedsRules
