"""Facts in memory: read once, the same metrics and segments, and no wider than a month needs."""

from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal

from flows.inputs.in_memory import in_memory
from tests.transforms.pillars.world import EVERYTHING, M, day, inputs_of, moment, used
from transforms.facts.feature_sets import word_columns
from transforms.pillars import MonthInputs, account_metrics
from transforms.pillars.inputs import usage_months
from transforms.policy import Policy
from transforms.segments.interactions import with_interactions


@pytest.fixture(scope="module")
def lazy() -> MonthInputs:
    """The inputs of an account that did something in every month and every source."""
    return inputs_of(
        usage=[
            *used(dict.fromkeys(range(13), 100), feature="board", active_users=3),
            *used({0: 20, 5: 20, 9: 20}, feature="chart", active_users=2),
        ],
        tickets=[{"ticket_id": "t", "opened_at": moment(1), "closed_at": moment(0), "csat": 4.0}],
        invoices=[{"invoice_id": "i", "issued_date": day(2), "due_date": day(1), "amount": 10.0}],
        touchpoints=[{"touchpoint_id": "p", "date": day(0), "minutes": 30.0}],
    )


def test_metrics_and_interactions_are_those_of_facts_that_were_not_collected(lazy: MonthInputs, policy: Policy) -> None:
    collected = in_memory(lazy, policy)
    metrics = [account_metrics(inputs, policy, EVERYTHING).collect() for inputs in (lazy, collected)]
    assert_frame_equal(*metrics)
    known = metrics[0].lazy().select("account_id", "tenure_start_date", "last_active_date")
    assert_frame_equal(*(with_interactions(known, inputs, 6).collect() for inputs in (lazy, collected)))


def test_no_more_of_usage_is_kept_than_a_month_looks_at(lazy: MonthInputs, policy: Policy) -> None:
    shorter = policy.metrics.model_copy(update={"trend_base_months": 3})
    policy = policy.model_copy(update={"metrics": shorter})
    usage = in_memory(lazy, policy).usage
    kept = [set(usage[M - ago].frame.collect_schema()) for ago in range(12)]
    days = {"account_id", "active_day_bits"}
    counts = {*days, "events", "monthly_active_users"}
    words = set(word_columns(("board", "chart")))
    assert kept[0] == kept[2] == counts | words
    assert usage_months(policy) == 8  # the months that sudden silence is compared with
    assert kept[3] == kept[7] == counts
    assert kept[8] == kept[11] == days


def test_what_a_company_has_not_mapped_stays_unknown(policy: Policy) -> None:
    collected = in_memory(inputs_of(usage_from=M), policy)
    assert collected.usage_history_before is None
    assert collected.use_cases is None
