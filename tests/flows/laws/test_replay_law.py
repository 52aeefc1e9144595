"""Replay equals fold on the sample company: a month stepped from what is published is the month as it was folded.

The demo was folded over all its months before any of them was published.
"""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.flows.laws.company import Company
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.sample import MONTHS
from transforms.tiers import step
from transforms.tiers.risks import account_risks
from transforms.tiers.working import STEPPED


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_a_month_stepped_from_what_is_published_is_the_month_that_is_published(company: Company, month: Month) -> None:
    features, scores = company.month("account_features", month), company.month("account_scores", month)
    new = ["account_id", *(name for name in scores.columns if name not in features.columns)]
    joined = features.lazy().join(scores.lazy().select(new), on="account_id")
    shuffled = company.month("account_tiers", month - 1).sample(fraction=1.0, shuffle=True, seed=14)
    stepped = step(shuffled.lazy(), joined, company.policy, month).collect().sort("account_id")
    assert_frame_equal(stepped, company.month("account_tiers", month).select(STEPPED), check_exact=True)


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_risks_listed_from_what_is_published_are_those_that_are_published(company: Company, month: Month) -> None:
    accounts = company.month("account_tiers", month)
    for table in ("account_features", "account_scores"):
        other = company.month(table, month)
        new = ["account_id", *(name for name in other.columns if name not in accounts.columns)]
        accounts = accounts.join(other.select(new), on="account_id")
    former = [company.month("account_risks", month - ago).lazy() for ago in (1, 2)]
    listed = account_risks(accounts.lazy(), *former, company.policy, month).collect()
    columns = [name for name in PUBLISHED["account_risks"].columns if not name.startswith("next_action")]
    published = company.month("account_risks", month).select(columns)
    assert_frame_equal(listed.select(columns).sort("account_id"), published, check_exact=True)


def test_the_months_are_worth_replaying(company: Company) -> None:
    tiers = company.table("account_tiers")
    running = pl.col("lift_started_month").is_not_null()
    assert tiers.filter(running)["month"].n_unique() > 20
    assert tiers.filter("is_silent").height > 10
    assert {"override", "risk_lift", "contract_event", "strategic_grant", "economic_ceiling"} <= set(
        tiers["decided_by"]
    )
