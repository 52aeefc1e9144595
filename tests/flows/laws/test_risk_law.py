"""Laws of risks and money on the sample company: one action for everyone at risk, no month for who cannot pay."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from tests.flows.laws.company import ACCOUNT_MONTH, Company
from transforms.contracts.model import TIERS

BY_REASON = {"lapsed": "renewal_call", "chronic": "chronic_risk", "never_used": "usage_call", "silent": "usage_call"}
ACTIONS = ("renewal_call", "chronic_risk", "usage_call", "adoption_help", "risk_call")


@pytest.fixture(scope="module")
def at_risk(company: Company) -> pl.DataFrame:
    """The accounts at risk, each month, with the action that its reason calls for."""
    rows = company.joined("account_risks", "account_tiers")
    other = pl.when("is_lift_in_effect").then(pl.lit("adoption_help")).otherwise(pl.lit("risk_call"))
    by_reason = pl.col("reason").replace_strict(BY_REASON, default=None, return_dtype=pl.String)
    return rows.with_columns(wanted=pl.when(~pl.col("is_held_out")).then(pl.coalesce(by_reason, other)))


@pytest.fixture(scope="module")
def open_actions(company: Company) -> pl.DataFrame:
    """The open actions that answer a risk."""
    is_answer = pl.col("action").is_in(ACTIONS) & (pl.col("status") == "open")
    return company.table("engagement_actions").filter(is_answer).select(*ACCOUNT_MONTH, "action")


def test_nobody_has_two_actions_for_a_risk(open_actions: pl.DataFrame) -> None:
    assert open_actions.select(ACCOUNT_MONTH).is_duplicated().sum() == 0


def test_everyone_at_risk_has_the_action_of_the_reason_open_or_had_it_done(
    company: Company, at_risk: pl.DataFrame, open_actions: pl.DataFrame
) -> None:
    """Done: an open one was closed since the reason began, or a contact of its kind came after that month."""
    found = at_risk.join(open_actions, on=ACCOUNT_MONTH, how="left")
    assert found.filter(pl.col("action").is_not_null() & pl.col("action").ne_missing(pl.col("wanted"))).is_empty()
    assert found["action"].count() > 1000
    since, until = pl.col("reason_since_month"), pl.col("month").dt.offset_by("1mo")
    without = found.filter(pl.col("action").is_null() & pl.col("wanted").is_not_null())
    done = company.table("engagement_actions").select("account_id", "done_date", wanted="action").drop_nulls()
    closed = without.join(done, on=["account_id", "wanted"]).filter(pl.col("done_date").is_between(since, until))
    seen = (
        without.join(kinds_of_contacts(company), on="wanted")
        .join(company.contacts(), on=["account_id", "kind"])
        .filter(pl.col("date") >= since.dt.offset_by("1mo"), pl.col("date") < until)
    )
    answered = pl.concat([closed.select(ACCOUNT_MONTH), seen.select(ACCOUNT_MONTH)])
    assert without.join(answered, on=ACCOUNT_MONTH, how="anti").select(*ACCOUNT_MONTH, "reason", "wanted").rows() == []


def kinds_of_contacts(company: Company) -> pl.DataFrame:
    """The kinds of contacts by which each action is done."""
    kinds = company.policy.actions.kinds_of
    return pl.concat(pl.DataFrame({"kind": kinds(action)}).with_columns(wanted=pl.lit(action)) for action in ACTIONS)


def test_nobody_else_has_one_but_for_help_during_a_lift(
    company: Company, at_risk: pl.DataFrame, open_actions: pl.DataFrame
) -> None:
    others = open_actions.join(at_risk, on=ACCOUNT_MONTH, how="anti")
    lifted = company.table("account_tiers").filter("is_lift_in_effect")
    assert set(others["action"]) == {"adoption_help"}
    assert others.join(lifted, on=ACCOUNT_MONTH, how="anti").is_empty()


def test_the_action_on_the_list_is_the_one_that_is_open(at_risk: pl.DataFrame, open_actions: pl.DataFrame) -> None:
    listed = at_risk.join(open_actions, on=ACCOUNT_MONTH, how="left")
    assert listed.filter(pl.col("next_action").ne_missing(pl.col("action"))).is_empty()


def test_every_reason_is_looked_at(at_risk: pl.DataFrame) -> None:
    assert {"lapsed", "chronic", "silent", "ill_unaffordable", "ill"} <= set(at_risk["reason"])


@pytest.fixture(scope="module")
def below_the_top(company: Company) -> pl.DataFrame:
    """Accounts with a tier above theirs, and whether they can afford it by the page, on the numbers of the policy.

    The entitled cost is hours x (1 + complexity without touchpoints / 200) x the rate, 1.1 times that for a rank above
    the present one but for the first priority; it takes at most 0.15 of gross profit and leaves 0.40 of it.
    """
    rows = company.joined("account_tiers", "account_scores", "account_features")
    rows = rows.filter(pl.col("base_tier_without_override") != TIERS[-1])
    economics = company.policy.economics
    hours = {below: getattr(economics.entitled_hours_per_year, above) for below, above in pairwise(TIERS)}
    complexity = pl.col("complexity_without_touchpoints").fill_null(0)
    factor = pl.when("is_provisional").then(1.0).otherwise(1.1)
    base = pl.col("base_tier_without_override").replace_strict(hours, return_dtype=pl.Float64)
    profit, support = pl.col("arr") * 0.8, pl.col("support_cost").fill_null(0.0)
    return rows.with_columns(cost=base * (1 + complexity / 200) * 120 * factor, profit=profit).with_columns(
        room=pl.min_horizontal(0.15 * profit - pl.col("cost"), 0.6 * profit - support - pl.col("cost"))
    )


def test_nobody_who_cannot_afford_the_next_tier_is_told_a_month(below_the_top: pl.DataFrame) -> None:
    cannot_pay = below_the_top.filter(pl.col("room") < -1e-6)
    assert cannot_pay.height > 10_000
    assert cannot_pay["earliest_promotion_month"].count() == cannot_pay["months_to_wait"].count() == 0
    assert cannot_pay.filter(~pl.col("binding_constraints").str.contains("economic_ceiling")).is_empty()
    assert cannot_pay.filter(~(pl.col("arr_for_promotion") > pl.col("arr"))).is_empty()


def test_whoever_can_afford_it_is_told_one(below_the_top: pl.DataFrame) -> None:
    can_pay = below_the_top.filter(pl.col("room") > 1e-6)
    assert can_pay.height > 5_000
    assert can_pay["earliest_promotion_month"].null_count() == 0
    assert can_pay["arr_for_promotion"].count() == 0
    assert can_pay.filter(pl.col("binding_constraints").str.contains("economic_ceiling")).is_empty()
