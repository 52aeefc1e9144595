"""Tier mix: how the shares of the tiers changed since last month."""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply, number_text
from expectations.business.stability import most_moved, stability_index
from expectations.business.words import percent
from transforms.contracts import Severity
from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_SHIFT = "tier_mix_shift"
_INDEX = "tier_mix_psi"


def tier_mix(tiers: pl.DataFrame, former: pl.DataFrame | None, quality: Quality, month: Month) -> list[Measure]:
    """Compare the tiers of a month with those of the month before.

    Args:
        tiers: One row per account: tier.
        former: The same of the month before; None where there is none.
        quality: The limits.
        month: The month.

    Returns:
        ``tier_mix_shift``, the largest change of a tier's share of accounts, and ``tier_mix_psi``, the stability
        index of the three shares. They do not apply without a former month or with too few accounts in either.
    """
    now = _counts(tiers)
    before = [0] * len(TIERS) if former is None else _counts(former)
    smaller = min(sum(now), sum(before))
    return [_shift(before, now, smaller, quality, month), _index(before, now, smaller, quality, month)]


def _counts(tiers: pl.DataFrame) -> list[int]:
    return [int((tiers["tier"] == tier).sum()) for tier in TIERS]


def _shift(before: list[int], now: list[int], smaller: int, quality: Quality, month: Month) -> Measure:
    check = quality.tier_mix_shift
    if smaller < check.minimum_accounts:
        return _too_few(_SHIFT, check.severity, smaller, check.minimum_accounts, month)
    largest, observed = most_moved(before, now)
    found = (
        f"the share of {TIERS[largest].replace('_', ' ')} went from {percent(before[largest] / sum(before))} to "
        f"{percent(now[largest] / sum(now))} of accounts in {month}"
    )
    message = f"no tier's share changed more than this: {found}"
    if observed > check.maximum_share:
        message = (
            f"{found}, by {percent(observed)}, expected at most {percent(check.maximum_share)}: look at tier_changes "
            f"of {month} for what decided the moves, and whether a policy or a source changed"
        )
    return Measure(_SHIFT, check.severity, observed, None, check.maximum_share, message)


def _index(before: list[int], now: list[int], smaller: int, quality: Quality, month: Month) -> Measure:
    check = quality.tier_mix_psi
    if smaller < check.minimum_accounts:
        return _too_few(_INDEX, check.severity, smaller, check.minimum_accounts, month)
    observed = stability_index(before, now, check.empty_share)
    found = f"the tiers of {month} have a stability index of {number_text(observed)} against the month before"
    message = f"{found} ({_mix(now)} after {_mix(before)})"
    if observed > check.maximum_index:
        message += (
            f", expected at most {number_text(check.maximum_index)}: look at tier_changes of {month} for what decided "
            "the moves, and whether a policy or a source changed"
        )
    return Measure(_INDEX, check.severity, observed, None, check.maximum_index, message)


def _mix(counts: list[int]) -> str:
    return ", ".join(f"{tier.replace('_', ' ')} {count:,}" for tier, count in zip(TIERS, counts, strict=True))


def _too_few(name: str, severity: Severity, smaller: int, needed: int, month: Month) -> Measure:
    why = f"{pluralize(smaller, 'account')} with a tier in {month} or the month before, {needed} are needed in both"
    return does_not_apply(name, severity, why)
