"""The findings of `retier check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from transforms.facts.rhythm import Kind
from transforms.month import Month

Severity = Literal["fail", "warn"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is missing or wrong.

    Attributes:
        severity: ``fail`` where a run would stop, ``warn`` where a person should know.
        exit_code: The exit code of the command for it; 0 for a warning.
        message: What, where and how to fix it, as a sentence.
    """

    severity: Severity
    exit_code: int
    message: str


@dataclass(frozen=True, slots=True)
class ItemsLeftOut:
    """Items of a vendor's tables that a kit makes no rows of, or rows that a filter leaves out, for one reason.

    Attributes:
        reason: The reason, by its key in the kit; of a filter, the condition that is not met, in words.
        items: How many they are.
        message: The same for people, with what to do about it if there is anything.
    """

    reason: str
    items: int
    message: str


@dataclass(frozen=True, slots=True)
class KitReport:
    """What a vendor's kit found for a source.

    Attributes:
        vendor: The vendor.
        rows: How many rows it made.
        left_out: What it made no rows of.
        not_landed: What is not among the vendor's tables, and what that means, a sentence each.
    """

    vendor: str
    rows: int
    left_out: tuple[ItemsLeftOut, ...] = ()
    not_landed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The findings about a source.

    Attributes:
        source: The source.
        is_required: Whether a project must have it.
        is_configured: Whether this project has it.
        columns: The mapped columns, in the order of the contract.
        not_mapped: The contract's other columns.
        not_replayable: Mapped columns of which past months see today's value.
        rows_sampled: How many rows were read; None where none could be read.
        problems: What is missing or wrong.
        left_out: Rows of the sample that the filter leaves out; they are not among the rows sampled.
        kits: What each vendor's kit found, where the source comes from kits.
    """

    source: str
    is_required: bool
    is_configured: bool
    columns: tuple[str, ...] = ()
    not_mapped: tuple[str, ...] = ()
    not_replayable: tuple[str, ...] = ()
    rows_sampled: int | None = None
    problems: tuple[Problem, ...] = ()
    left_out: tuple[ItemsLeftOut, ...] = ()
    kits: tuple[KitReport, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingComponent:
    """A component of the policy that has no data, because its sources or columns are not mapped.

    Attributes:
        pillar: Its pillar.
        component: Its name.
        needs: The alternatives to provide its data, each as the sources and columns that are still to be mapped.
    """

    pillar: str
    component: str
    needs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Affordability:
    """How many accounts could afford each tier.

    Attributes:
        accounts: Accounts in scope in the month.
        tiers: Accounts that could afford the tier, the highest tier first.
        from_contracts_alone: Whether support cost and complexity were left out, because the month is not
            published yet; the counts are then upper limits.
    """

    accounts: int
    tiers: Mapping[str, int]
    from_contracts_alone: bool


@dataclass(frozen=True, slots=True)
class UsageRhythm:
    """How often usage has rows.

    Attributes:
        rhythm: Whether its rows come daily, weekly or monthly.
        usual_gap_days: The median gap between the active days of an account.
        is_set: Whether `retier.yaml` sets the rhythm; otherwise the sample shows it.
    """

    rhythm: Kind
    usual_gap_days: float
    is_set: bool


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a project lacks, found before anything is run.

    Attributes:
        month: The month that was checked.
        policy_version: The policy in force in it.
        sources: Every source of the product.
        missing_components: Components without data.
        missing_pillars: Pillars of which too little is configured for a score.
        affordability: How many accounts could afford each tier; None where it could not be computed.
        usage_rhythm: How often usage has rows; None where the sample does not show it.
        problems: What is wrong beyond a single source.
    """

    month: Month
    policy_version: str | None
    sources: tuple[SourceReport, ...]
    missing_components: tuple[MissingComponent, ...]
    missing_pillars: tuple[str, ...]
    affordability: Affordability | None
    usage_rhythm: UsageRhythm | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Every problem, those of sources first."""
        return (*(problem for source in self.sources for problem in source.problems), *self.problems)

    @property
    def exit_code(self) -> int:
        """The exit code: 0 where a run could go ahead, else that of the worst problem."""
        return max((problem.exit_code for problem in self.all_problems), default=0)
