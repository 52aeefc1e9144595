"""The policy's quality section: which checks stop a month, which only warn, and their limits."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from transforms.policy.values import (
    Count,
    Days,
    Factor,
    Months,
    Points,
    PositiveCount,
    PositiveDays,
    Section,
    Severity,
    Share,
    WindowMonths,
)

_PositiveShare = Annotated[Share, Field(gt=0)]


class FreshnessCheck(Section):
    """The effect of a stale source; the policy's section ``freshness`` says when a source is stale."""

    severity: Severity


class RowsCheck(Section):
    """Rows of a source against the median of the months before.

    Attributes:
        usage_severity: What it does where usage falls below its own ratio; ``severity`` is for every other limit.
        usage_minimum_ratio: That ratio.
    """

    severity: Severity
    usage_severity: Severity
    usage_minimum_ratio: Share
    minimum_ratio: Share
    maximum_ratio: Annotated[Factor, Field(ge=1)]
    former_months: WindowMonths
    minimum_former_months: WindowMonths
    minimum_median_rows: PositiveCount

    @model_validator(mode="after")
    def _enough_months_can_be_had(self) -> Self:
        if self.minimum_former_months > self.former_months:
            raise ValueError("months cross: expected minimum_former_months <= former_months")
        return self


class MonthIncompleteCheck(Section):
    """Days from the last day with usage to the month's end, beyond the usual gap between days of use."""

    severity: Severity
    spare_days: Days


class DaysCheck(Section):
    """Days without usage although their weekday usually has some."""

    severity: Severity
    maximum_days: Days
    minimum_usual_rows: PositiveCount


class FeaturesCheck(Section):
    """Features that were used in each of the last months and are no longer used."""

    severity: Severity
    maximum_features: Count
    former_months: WindowMonths
    minimum_monthly_events: PositiveCount


class ArrReconciliationCheck(Section):
    """ARR of the published accounts against the plain sum of subscriptions."""

    severity: Severity
    minimum_accounts: PositiveCount
    maximum_difference_share: Share


class JoinRateCheck(Section):
    """Share of a source's rows whose account is known, and share of ARR whose accounts have rows in a source.

    Attributes:
        severity: What it does where a share of ARR is below the minimum of its source.
        failing_share: Below it a share stops the month, whatever the severity: that of rows, or of ARR with usage.
        minimum_rows: The fewest rows that are judged.
    """

    severity: Severity
    failing_share: Share
    minimum_rows: PositiveCount
    minimum_accounts: PositiveCount
    usage_window_months: WindowMonths
    usage_minimum_share: Share
    tickets_minimum_share: Share


class CoverageCheck(Section):
    """Share of ARR whose accounts have a score."""

    severity: Severity
    minimum_accounts: PositiveCount
    minimum_usage_months: Months
    priority_minimum_share: Share
    health_minimum_share: Share
    growth_minimum_share: Share
    strategic_minimum_share: Share
    complexity_minimum_share: Share


class TierMixShiftCheck(Section):
    """The largest change of a tier's share of accounts from one month to the next."""

    severity: Severity
    maximum_share: Share
    minimum_accounts: PositiveCount


class StabilityIndexCheck(Section):
    """The population stability index of a distribution against that of the month before.

    Attributes:
        empty_share: The share that replaces an empty tier or band, since the index takes logarithms.
    """

    severity: Severity
    maximum_index: Factor
    empty_share: _PositiveShare
    minimum_accounts: PositiveCount


class FleetShiftCheck(Section):
    """The share of accounts whose health falls in one month, less the share whose health rises, or the reverse.

    Attributes:
        maximum_share: The largest such net share that always passes.
        points: A move counts from more than these points.
        maximum_ratio: A net share up to this many times the median of the months before passes too.
        former_months: How many months before are looked at.
        minimum_former_months: How many of them must have a net share.
        minimum_moved_accounts: By how many accounts, at least, one way must outweigh the other.
    """

    severity: Severity
    maximum_share: Share
    points: Points
    maximum_ratio: Annotated[Factor, Field(ge=1)]
    former_months: WindowMonths
    minimum_former_months: WindowMonths
    minimum_moved_accounts: PositiveCount

    @model_validator(mode="after")
    def _enough_months_can_be_had(self) -> Self:
        if self.minimum_former_months > self.former_months:
            raise ValueError("months cross: expected minimum_former_months <= former_months")
        return self


class ExitShareCheck(Section):
    """The share of last month's accounts, or of their ARR, that leaves scope in one month."""

    severity: Severity
    maximum_share: Share
    minimum_exits: PositiveCount


class Quality(Section):
    """When a month may be published.

    Nothing here changes a result, only whether it is published, so it is not part of the policy's fingerprint.
    A check does not apply below its minimum number of accounts, rows or months.
    """

    maximum_quarantined_share: Share
    quarantine_kept_days: PositiveDays
    freshness: FreshnessCheck
    rows: RowsCheck
    month_incomplete: MonthIncompleteCheck
    days: DaysCheck
    features: FeaturesCheck
    arr_reconciliation: ArrReconciliationCheck
    join_rate: JoinRateCheck
    coverage: CoverageCheck
    tier_mix_shift: TierMixShiftCheck
    tier_mix_psi: StabilityIndexCheck
    score_psi: StabilityIndexCheck
    fleet_shift: FleetShiftCheck
    exit_share: ExitShareCheck
