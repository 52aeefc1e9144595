"""The second judgement: whether the results of a month are fit to be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from expectations.business.coverage import coverage
from expectations.business.exit_share import exit_share
from expectations.business.fleet_shift import fleet_shift
from expectations.business.join_rate import join_rate
from expectations.business.measure import Measure
from expectations.business.month_incomplete import SHORTEST_GAP_DAYS, is_complete, month_incomplete
from expectations.business.reconciliation import arr_reconciliation, plain_arr
from expectations.business.rfm_scores import rfm_scores
from expectations.business.score_psi import score_psi
from expectations.business.silence_suspended import silence_suspended
from expectations.business.tier_mix import tier_mix
from expectations.business.unassigned import unassigned
from flows.checks.judgement import Judgement
from flows.inputs.history import History
from flows.inputs.published import Published
from flows.inputs.snapshot import Snapshot
from transforms.contracts import PUBLISHED
from transforms.facts.rhythm import source_rhythm
from transforms.month import Month
from transforms.pillars import MonthInputs
from transforms.pillars.needs import missing_pillars
from transforms.policy import Policy
from transforms.policy.quality import Quality


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a month.

    Attributes:
        month: The month.
        frames: The tables to be published, by name.
        inputs: What features were made from.
        before: The published state that the month started from.
        history: The months before it, as the checks look back on them.
        snapshot: The sources that they were computed from.
        currency: The currency of all amounts.
    """

    month: Month
    frames: Mapping[str, pl.DataFrame]
    inputs: MonthInputs
    before: Published
    history: History
    snapshot: Snapshot
    currency: str


def judge_results(results: Results, policy: Policy) -> Judgement:
    """Judge the tables that a month would publish."""
    # Importing Great Expectations takes seconds: only who judges waits for it.
    from expectations.judge import Judge, Judged
    from expectations.suites import published_suite

    judge = Judge(results.month)
    accounts = {"account_features.account_id": results.frames["account_features"].lazy().select("account_id")}
    tables = [Judged(name, frame, published_suite(PUBLISHED[name]), accounts) for name, frame in results.frames.items()]
    findings = [found for of_table in judge.judge_all(tables).values() for found in of_table]
    findings += judge.judge_measures("business checks of results", _measures(results, policy))
    return Judgement(findings=tuple(findings), results=judge.results)


def _measures(results: Results, policy: Policy) -> list[Measure]:
    quality, month, snapshot, before = policy.quality, results.month, results.snapshot, results.before
    features, scores = results.frames["account_features"], results.frames["account_scores"]
    has_former = not before.tiers.is_empty()
    months_of_usage = snapshot.months["usage"]
    usage_months = sum(one <= month for one in months_of_usage)
    has_usage = set(month.trailing(quality.join_rate.usage_window_months)) <= set(months_of_usage)
    plain = plain_arr(snapshot.subscriptions, snapshot.accounts, snapshot.table("rates"), results.currency, month)
    return [
        *arr_reconciliation(features, plain, quality, month),
        *_month_incomplete(results, policy),
        *join_rate(features, _with_tickets(features, snapshot), quality, month, has_usage=has_usage),
        *coverage(scores, missing_pillars(policy, snapshot.configured), usage_months, quality, month),
        *tier_mix(results.frames["account_tiers"], before.tiers if has_former else None, quality, month),
        *score_psi(scores, before.scores if has_former else None, quality, month),
        *fleet_shift(scores, _former_shifts(results, quality), quality, month),
        *silence_suspended(_suspended(results), policy, month),
        *exit_share(before.tiers, results.frames["tier_changes"], quality, month),
        *rfm_scores(results.frames["account_segments"], policy.segments.rfm, month),
        *unassigned(results.frames["team_load"], policy.staffing, month),
    ]


def _month_incomplete(results: Results, policy: Policy) -> list[Measure]:
    """Measure whether usage reaches the month's end; its usual gap is only looked for where it may matter."""
    month, quality = results.month, policy.quality
    newest = results.frames["account_features"]["last_active_date"].max()
    if isinstance(newest, date) and is_complete(newest, SHORTEST_GAP_DAYS, quality, month):
        return month_incomplete(newest, SHORTEST_GAP_DAYS, quality, month)
    rhythm = source_rhythm(results.inputs.known_usage, month, policy.rhythm, results.inputs.rhythm)
    gap_days = rhythm.usual_gap_days if rhythm.is_shown else None
    return month_incomplete(rhythm.last_date, gap_days, quality, month)


def _suspended(results: Results) -> set[Month]:
    """Return the months in which silence was suspended, of this one and those before."""
    is_suspended = results.frames["account_tiers"]["is_silence_suspended"].any()
    return {*results.history.suspended, *([results.month] if is_suspended else [])}


def _former_shifts(results: Results, quality: Quality) -> list[float]:
    """Return the net shifts of health of the months before, as far back as the policy looks."""
    months = (results.month - 1).trailing(quality.fleet_shift.former_months)
    return list(results.history.of(months).shifts.values())


def _with_tickets(features: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame | None:
    """Return the accounts that had a ticket in the last three months; None where tickets are not mapped."""
    if "tickets" not in snapshot.events:
        return None
    return features.filter(pl.col("tickets_per_month") > 0).select("account_id")
