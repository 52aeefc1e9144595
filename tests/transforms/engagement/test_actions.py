"""Actions from month to month: opened, carried, done, dropped."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.engagement.accounts import MONTH, accounts
from transforms.contracts import PUBLISHED
from transforms.engagement.actions import COLUMNS, next_actions
from transforms.facts.touchpoints import touchpoint_facts
from transforms.month import Month

TABLE = PUBLISHED["engagement_actions"]
JUNE, MAY = MONTH, MONTH - 1
LIFTED = {"tier": "high_touch", "base_tier": "mid_touch", "lift_started_month": MAY.first_day}
ACTION = "adoption_help"


def contacts(*given: tuple[str, str, date]) -> pl.LazyFrame:
    """Touchpoint facts of contacts: account, kind, day."""
    schema = {
        "account_id": pl.String, "kind": pl.String, "date": pl.Date, "minutes": pl.Float64,
        "is_customer_initiated": pl.Boolean,
    }  # fmt: skip
    return touchpoint_facts(pl.LazyFrame([(*one, None, None) for one in given], schema=schema, orient="row"))


def former(**changes: Any) -> pl.DataFrame:
    """Help that was asked for in May and is open."""
    dull = {
        "account_id": "a", "month": MAY.first_day, "action": ACTION, "due_date": date(2025, 6, 14),
        "reason": "Told in May.", "status": "open", "opened_month": MAY.first_day,
    }  # fmt: skip
    return rows(TABLE, [dull | changes])


NONE = TABLE.empty()


def step(policy, before, now, seen, month: Month = JUNE):
    found = next_actions(before.lazy(), accounts(now), seen, policy, month, "EUR")
    assert found.columns == list(COLUMNS)
    return {(row["account_id"], row["action"]): row for row in found.iter_rows(named=True)}


def test_a_reason_opens_an_action(policy):
    row = step(policy, NONE, [LIFTED], contacts())["a", ACTION]
    assert (row["status"], row["opened_month"], row["due_date"], row["done_date"]) == (
        "open",
        JUNE.first_day,
        date(2025, 7, 14),
        None,
    )


def test_an_open_one_is_carried_as_it_is(policy):
    row = step(policy, former(), [LIFTED], contacts())["a", ACTION]
    assert (row["status"], row["opened_month"]) == ("open", MAY.first_day)
    assert (row["due_date"], row["reason"]) == (date(2025, 6, 14), "Told in May.")


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2025, 5, 31), "open"), (date(2025, 6, 1), "done"), (date(2025, 6, 30), "done"), (date(2025, 7, 1), "open")],
    ids=["in the month of opening", "first day after it", "last day of the month", "not yet"],
)
@pytest.mark.parametrize("kind", ["adoption_help", "training"])
def test_a_contact_of_its_kind_after_the_month_of_opening_makes_it_done(policy, day, status, kind):
    row = step(policy, former(), [LIFTED], contacts(("a", kind, day)))["a", ACTION]
    assert (row["status"], row["done_date"]) == (status, day if status == "done" else None)


def test_other_contacts_and_those_of_others_change_nothing(policy):
    seen = contacts(("a", "email", JUNE.last_day), ("b", "training", JUNE.last_day))
    assert step(policy, former(), [LIFTED], seen)["a", ACTION]["status"] == "open"


def test_without_its_reason_it_is_dropped_unless_it_was_done(policy):
    assert step(policy, former(), [{}], contacts())["a", ACTION]["status"] == "dropped"
    done = step(policy, former(), [{}], contacts(("a", "training", JUNE.first_day)))
    assert done["a", ACTION]["status"] == "done"


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_what_is_over_is_reported_once(policy, status):
    assert step(policy, former(status=status), [{}], contacts()) == {}


@pytest.mark.parametrize(
    ("day", "is_opened"), [(date(2025, 4, 2), False), (date(2025, 4, 1), True)], ids=["89 days ago", "90 days ago"]
)
def test_what_was_done_lately_is_not_asked_for_again(policy, day, is_opened):
    found = step(policy, former(status="done"), [LIFTED], contacts(("a", "training", day)))
    assert (("a", ACTION) in found) == is_opened


def test_an_account_that_left_takes_its_actions_along(policy):
    assert step(policy, former(account_id="gone"), [LIFTED], contacts()).keys() == {("a", ACTION)}


def test_where_nobody_knows_of_contacts_nothing_is_done_and_nothing_regular_is_opened(policy):
    checked = {"entitlements": "community,health_check"}
    assert step(policy, NONE, [checked], None) == {}
    assert step(policy, NONE, [checked], contacts()).keys() == {("a", "health_check")}
    carried = step(policy, former(action="health_check"), [checked], None)
    assert carried["a", "health_check"]["status"] == "open"
    assert step(policy, NONE, [LIFTED], None).keys() == {("a", ACTION)}


KINDS = st.sampled_from(["adoption_help", "business_review", "training", "call", "email"])
DAYS = st.integers(0, 200).map(lambda ago: date.fromordinal(JUNE.last_day.toordinal() - ago + 10))
ACCOUNTS = st.lists(
    st.fixed_dictionaries(
        {
            "tier": st.sampled_from(["low_touch", "mid_touch", "high_touch"]),
            "base_tier": st.sampled_from(["low_touch", "mid_touch"]),
            "lift_started_month": st.just(MAY.first_day),
            "entitlements": st.sampled_from(["health_check", "quarterly_business_review", "none"]),
            "renewal_date": st.none() | st.integers(1, 150).map(lambda days: date.fromordinal(739_000 + days)),
            "opportunity": st.sampled_from([None, "none", "upsell"]),
            "opportunity_amount": st.sampled_from([None, 0.0, 90_000.0]),
            "cost_to_serve_ratio": st.none() | st.floats(0, 1),
            "reasons": st.sampled_from(["score", "score,chronic_risk"]),
            "health": st.none() | st.floats(0, 100),
        }
    ),
    max_size=5,
).map(lambda given: [row | {"account_id": f"{number}"} for number, row in enumerate(given)])
CONTACTS = st.lists(st.tuples(st.sampled_from("01234"), KINDS, DAYS), max_size=8)


@given(ACCOUNTS, ACCOUNTS, CONTACTS, st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_each_action_is_there_once_and_nothing_depends_on_order_or_on_running_again(policy, then, now, seen, seed):
    may = as_published(next_actions(NONE.lazy(), accounts(then), contacts(*seen), policy, MAY, "EUR"), MAY)
    june = as_published(next_actions(may.lazy(), accounts(now), contacts(*seen), policy, JUNE, "EUR"), JUNE)
    assert june.select("account_id", "action").is_duplicated().sum() == 0
    assert set(june["account_id"]) <= {row["account_id"] for row in now}
    was_open = may.filter(pl.col("status") == "open").join(accounts(now).collect(), on="account_id", how="semi")
    assert was_open.join(june, on=["account_id", "action", "due_date", "reason", "opened_month"], how="anti").is_empty()
    is_carried = pl.col("opened_month") == MAY.first_day
    assert june.filter(
        ~is_carried & ((pl.col("status") != "open") | (pl.col("opened_month") != JUNE.first_day))
    ).is_empty()

    shuffled = (frame.sample(fraction=1.0, shuffle=True, seed=seed).lazy() for frame in (may, accounts(now).collect()))
    again = next_actions(*shuffled, contacts(*reversed(seen)), policy, JUNE, "EUR")
    assert as_published(again, JUNE).equals(june)


def as_published(found: pl.DataFrame, month: Month) -> pl.DataFrame:
    dated = found.with_columns(pl.lit(month.first_day).alias("month"))
    return dated.select(TABLE.columns).sort(TABLE.key)
