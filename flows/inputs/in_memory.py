"""The facts of a month in memory, since several stages read them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from transforms.facts.feature_sets import UsageFacts, word_columns
from transforms.month import Month
from transforms.pillars import MonthInputs
from transforms.pillars.inputs import WINDOW_MONTHS, usage_months
from transforms.policy import Policy


def in_memory(inputs: MonthInputs, policy: Policy) -> MonthInputs:
    """Collect facts in one go; files are read once then, however many stages look at them.

    Of usage only the columns that a month looks at are kept: facts of a year would be large otherwise.

    Args:
        inputs: Facts that are not read yet.
        policy: The policy in force, which says how far back metrics look.
    """
    usage = {month: _needed(facts, month, inputs.month, policy) for month, facts in inputs.usage.items()}
    before, use_cases = inputs.usage_history_before, inputs.use_cases
    frames = [
        inputs.accounts,
        inputs.tickets,
        inputs.invoices,
        inputs.touchpoints,
        inputs.usage_history.frame.select("account_id", "last_active_date"),
        *(facts.frame for facts in usage.values()),
        *(() if before is None else [before.frame.select("account_id", *word_columns(before.features))]),
        *(() if use_cases is None else [use_cases]),
    ]
    # Few columns of one row per account and month: streaming would cost more time than it saves memory.
    collected = (frame.lazy() for frame in pl.collect_all(frames, engine="in-memory"))
    return replace(
        inputs,
        accounts=next(collected),
        tickets=next(collected),
        invoices=next(collected),
        touchpoints=next(collected),
        usage_history=replace(inputs.usage_history, frame=next(collected)),
        usage={month: replace(facts, frame=next(collected)) for month, facts in usage.items()},
        usage_history_before=None if before is None else replace(before, frame=next(collected)),
        use_cases=None if use_cases is None else next(collected),
    )


def _needed(facts: UsageFacts, month: Month, newest: Month, policy: Policy) -> UsageFacts:
    columns = ["account_id", "active_day_bits"]
    if month in newest.trailing(usage_months(policy)):
        columns += ["events", "monthly_active_users"]
    if month in newest.trailing(WINDOW_MONTHS):
        columns += word_columns(facts.features)
    return replace(facts, frame=facts.frame.select(columns))
