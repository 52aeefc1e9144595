"""Laws of lifts on the sample company: how long they last, and that they add and never take away."""

from __future__ import annotations

import polars as pl
import pytest

from tests.flows.laws.company import ACCOUNT_MONTH, Company
from transforms.sample import MONTHS

UNASSIGNED = "unassigned"


@pytest.fixture(scope="module")
def lives(company: Company) -> pl.DataFrame:
    """Tiers with plan and CRM, each row beside that of the month before in which the account was in scope, if it was.

    ``has_crm_changed``: the CRM names somebody whom it did not name the month before.
    """
    rows = company.joined("account_tiers", "engagement_plan", "account_features").sort(ACCOUNT_MONTH)
    email = pl.col("csm_email")
    columns = ("month", "owner", "owner_before_lift", "is_lift_in_effect", "csm_email")
    is_next = pl.col("month_before").dt.offset_by("1mo") == pl.col("month")
    return (
        rows.with_columns(pl.col(name).shift(1).over("account_id").alias(f"{name}_before") for name in columns)
        .with_columns(
            pl.when(is_next).then(f"{name}_before").alias(f"{name}_before") for name in columns if name != "month"
        )
        .with_columns(has_crm_changed=email.is_not_null() & email.ne_missing(pl.col("csm_email_before")))
    )


@pytest.fixture(scope="module")
def people(company: Company) -> pl.DataFrame:
    """Who is in the team of each month: their pool, and the hours that they have and that are spoken for."""
    load = company.table("team_load").filter((pl.col("owner") != UNASSIGNED) & (pl.col("pool") != "tam"))
    return load.select("month", "owner", "pool", "available_hours", "required_hours")


def with_person(rows: pl.DataFrame, people: pl.DataFrame, column: str) -> pl.DataFrame:
    """Rows with the pool and hours of the person whom a column names; null where they are not in the team."""
    return rows.join(people, left_on=["month", column], right_on=["month", "owner"], how="left")


def test_a_lift_lasts_three_to_six_months_unless_the_account_exits(company: Company) -> None:
    tiers = company.table("account_tiers")
    last_month = tiers.group_by("account_id").agg(pl.col("month").max().alias("last_in_scope"))
    lifts = (
        tiers.filter(pl.col("lift_started_month").is_not_null())
        .group_by("account_id", "lift_started_month")
        .agg(pl.len().alias("months"), pl.col("month").min().alias("first"), pl.col("month").max().alias("last"))
        .join(last_month, on="account_id")
        .with_columns(has_ended=pl.col("last") < pl.col("last_in_scope"))
    )
    years = (pl.col("last").dt.year() - pl.col("first").dt.year()) * 12
    without_gap = lifts.filter(pl.col("months") == years + pl.col("last").dt.month() - pl.col("first").dt.month() + 1)
    assert without_gap.height == lifts.height
    assert lifts.filter(pl.col("first") != pl.col("lift_started_month")).is_empty()
    assert set(lifts.filter("has_ended")["months"]) == {3, 4, 5, 6}
    assert lifts.filter(pl.col("months") > 6).is_empty()


def test_no_raised_tier_is_undone_in_under_three_months(company: Company) -> None:
    changes = company.table("tier_changes").select("account_id", "month", "kind").sort(ACCOUNT_MONTH)
    started = changes.filter(pl.col("kind") == "lift_started").rename({"month": "started"})
    ended = changes.filter(pl.col("kind") == "lift_ended").rename({"month": "ended"})
    pairs = started.join(ended, on="account_id").filter(pl.col("ended") > pl.col("started"))
    assert pairs.height > 100
    assert pairs.filter(pl.col("ended") < pl.col("started").dt.offset_by("3mo")).is_empty()


def test_a_lift_claims_the_account_for_who_owned_it_before(lives: pl.DataFrame, people: pl.DataFrame) -> None:
    """The claim is made when the lift takes effect, kept while it lasts, and ended by the CRM or by leaving."""
    lifted = lives.filter(pl.col("is_lift_in_effect") & ~pl.col("has_crm_changed"))
    was_lifted = pl.col("is_lift_in_effect_before").fill_null(value=False)
    owner = pl.when(pl.col("owner_before") != UNASSIGNED).then("owner_before")
    due = lifted.with_columns(due=pl.when(was_lifted).then("owner_before_lift_before").otherwise(owner))
    due = with_person(due, people, "due").with_columns(due=pl.when(pl.col("pool").is_not_null()).then("due"))
    assert due["due"].count() > 1000
    assert due.filter(pl.col("due").ne_missing(pl.col("owner_before_lift"))).is_empty()
    assert lives.filter(~pl.col("is_lift_in_effect") & pl.col("owner_before_lift").is_not_null()).is_empty()


def test_who_had_an_owner_before_a_lift_has_one_during_it(lives: pl.DataFrame, people: pl.DataFrame) -> None:
    """Whoever owned it keeps it until another of the lifted tier's pool has room, but for who is absent."""
    claimed = lives.filter(pl.col("owner_before_lift").is_not_null())
    is_there = pl.col("available_hours") > 0
    alone = with_person(claimed, people, "owner_before_lift").filter(pl.col("owner") == UNASSIGNED)
    assert alone.filter(is_there).is_empty()
    interim = lives.filter("is_interim_owner")
    assert interim.height > 100
    assert interim.filter(pl.col("owner") != pl.col("owner_before_lift")).is_empty()


def test_afterwards_the_account_goes_back(lives: pl.DataFrame, people: pl.DataFrame) -> None:
    """It does unless the CRM names another, or its tier is served by others, or its owner is absent or has no hours."""
    is_over = pl.col("is_lift_in_effect_before").fill_null(value=False) & ~pl.col("is_lift_in_effect")
    over = lives.filter(is_over & pl.col("owner_before_lift_before").is_not_null() & ~pl.col("has_crm_changed"))
    due = with_person(over, people, "owner_before_lift_before").filter(
        (pl.col("pool") == pl.col("owner_model")) & (pl.col("available_hours") > 0)
    )
    assert due.height > 100
    elsewhere = due.filter(pl.col("owner") != pl.col("owner_before_lift_before"))
    has_room = pl.col("required_hours") + pl.col("hours_per_month") <= pl.col("available_hours")
    assert elsewhere.filter(has_room).is_empty()
    assert elsewhere.height < due.height / 20


def test_what_is_a_lift_is_worth_looking_at(company: Company) -> None:
    lifted = company.table("account_tiers").filter("is_lift_in_effect")
    assert set(lifted["month"]) >= {month.first_day for month in MONTHS[1:]}
    assert set(lifted["tier"]) == {"mid_touch", "high_touch"}
