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
from transforms.tiers.risks import RISK_ACTIONS

TABLE = PUBLISHED["engagement_actions"]
JUNE, MAY = MONTH, MONTH - 1
LIFTED = {
    "tier": "high_touch", "lift_started_month": MAY.first_day, "is_lift_in_effect": True, "risk_reason": "ill",
    "risk_action": "adoption_help", "risk_reason_since_month": date(2025, 3, 1), "health": 37.0,
}  # fmt: skip
CHECKED = {"entitlements": "community,health_check"}
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
    row = step(policy, former(action="health_check"), [CHECKED], contacts())["a", "health_check"]
    assert (row["status"], row["opened_month"]) == ("open", MAY.first_day)
    assert (row["due_date"], row["reason"]) == (date(2025, 6, 14), "Told in May.")


def test_one_that_answers_a_risk_keeps_its_date_and_says_why_in_this_months_figures(policy):
    row = step(policy, former(), [LIFTED], contacts())["a", ACTION]
    assert (row["status"], row["opened_month"], row["due_date"]) == ("open", MAY.first_day, date(2025, 6, 14))
    assert row["reason"] == "A risk lift is in effect since 2025-05: health is 37 of 100."


def test_another_reason_with_another_action_drops_the_former_one(policy):
    chronic = LIFTED | {"risk_reason": "chronic", "risk_action": "chronic_risk"}
    found = step(policy, former(), [chronic], contacts())
    assert {action: row["status"] for (_, action), row in found.items()} == {ACTION: "dropped", "chronic_risk": "open"}


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


@pytest.mark.parametrize(
    ("day", "is_opened"),
    [(date(2025, 4, 30), True), (date(2025, 5, 1), False)],
    ids=["in the month in which the risk began", "first day after it"],
)
def test_only_contacts_after_a_risk_began_answer_it(policy, day, is_opened):
    since = LIFTED | {"risk_reason_since_month": date(2025, 4, 1)}
    assert (("a", ACTION) in step(policy, NONE, [since], contacts(("a", "training", day)))) == is_opened


def test_an_account_that_left_takes_its_actions_along(policy):
    assert step(policy, former(account_id="gone"), [LIFTED], contacts()).keys() == {("a", ACTION)}


def test_where_nobody_knows_of_contacts_nothing_is_done_and_nothing_regular_is_opened(policy):
    assert step(policy, NONE, [CHECKED], None) == {}
    assert step(policy, NONE, [CHECKED], contacts()).keys() == {("a", "health_check")}
    carried = step(policy, former(action="health_check"), [CHECKED], None)
    assert carried["a", "health_check"]["status"] == "open"
    assert step(policy, NONE, [LIFTED], None).keys() == {("a", ACTION)}


def answer_to(row: dict[str, Any]) -> dict[str, Any]:
    """The one action for an account at risk, by the page."""
    by_reason = {"lapsed": "renewal_call", "chronic": "chronic_risk", "silent": "usage_call"}
    reason = row["risk_reason"]
    if reason is None:
        return {"risk_reason_since_month": None, "risk_action": ACTION if row["is_lift_in_effect"] else None}
    return {"risk_action": by_reason.get(reason, ACTION if row["is_lift_in_effect"] else "risk_call")}


KINDS = st.sampled_from(["adoption_help", "business_review", "training", "call", "email"])
DAYS = st.integers(0, 200).map(lambda ago: date.fromordinal(JUNE.last_day.toordinal() - ago + 10))
ACCOUNTS = st.lists(
    st.fixed_dictionaries(
        {
            "tier": st.sampled_from(["low_touch", "mid_touch", "high_touch"]),
            "lift_started_month": st.just(MAY.first_day),
            "is_lift_in_effect": st.booleans(),
            "risk_reason": st.sampled_from([None, "lapsed", "chronic", "silent", "ill_unaffordable", "ill"]),
            "risk_reason_since_month": st.sampled_from([date(2025, 3, 1), MAY.first_day, JUNE.first_day]),
            "entitlements": st.sampled_from(["health_check", "quarterly_business_review", "none"]),
            "renewal_date": st.none() | st.integers(1, 150).map(lambda days: date.fromordinal(739_000 + days)),
            "opportunity": st.sampled_from([None, "none", "upsell"]),
            "opportunity_amount": st.sampled_from([None, 0.0, 90_000.0]),
            "cost_to_serve_ratio": st.none() | st.floats(0, 1),
            "health": st.none() | st.floats(0, 100),
        }
    ),
    max_size=5,
).map(lambda given: [row | {"account_id": f"{number}"} | answer_to(row) for number, row in enumerate(given)])
CONTACTS = st.lists(st.tuples(st.sampled_from("01234"), KINDS, DAYS), max_size=8)


@given(ACCOUNTS, ACCOUNTS, CONTACTS, st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_each_action_is_there_once_and_nothing_depends_on_order_or_on_running_again(policy, then, now, seen, seed):
    may = as_published(next_actions(NONE.lazy(), accounts(then), contacts(*seen), policy, MAY, "EUR"), MAY)
    june = as_published(next_actions(may.lazy(), accounts(now), contacts(*seen), policy, JUNE, "EUR"), JUNE)
    assert june.select("account_id", "action").is_duplicated().sum() == 0
    assert set(june["account_id"]) <= {row["account_id"] for row in now}
    was_open = may.filter(pl.col("status") == "open").join(accounts(now).collect(), on="account_id", how="semi")
    kept = ["account_id", "action", "due_date", "opened_month"]
    assert was_open.join(june, on=kept, how="anti").is_empty()
    regular = was_open.filter(~pl.col("action").is_in(RISK_ACTIONS))
    assert regular.join(june, on=[*kept, "reason"], how="anti").is_empty()
    is_carried = pl.col("opened_month") == MAY.first_day
    assert june.filter(
        ~is_carried & ((pl.col("status") != "open") | (pl.col("opened_month") != JUNE.first_day))
    ).is_empty()

    shuffled = (frame.sample(fraction=1.0, shuffle=True, seed=seed).lazy() for frame in (may, accounts(now).collect()))
    again = next_actions(*shuffled, contacts(*reversed(seen)), policy, JUNE, "EUR")
    assert as_published(again, JUNE).equals(june)


@given(ACCOUNTS, ACCOUNTS, CONTACTS)
@settings(deadline=None, max_examples=30)
def test_everyone_at_risk_has_one_action_open_or_answered_since_the_reason_began(policy, then, now, seen):
    may = as_published(next_actions(NONE.lazy(), accounts(then), contacts(*seen), policy, MAY, "EUR"), MAY)
    june = next_actions(may.lazy(), accounts(now), contacts(*seen), policy, JUNE, "EUR")
    answers = june.filter((pl.col("status") == "open") & pl.col("action").is_in(RISK_ACTIONS))
    found = dict(answers.select("account_id", "action").rows())
    assert len(found) == answers.height
    for row in now:
        action, name = row["risk_action"], row["account_id"]
        assert found.get(name, action) == action
        if row["risk_reason"] is not None and name not in found:
            since, kinds = row["risk_reason_since_month"], policy.actions.kinds_of(action)
            assert any(one == name and kind in kinds and since <= day <= JUNE.last_day for one, kind, day in seen)


def as_published(found: pl.DataFrame, month: Month) -> pl.DataFrame:
    dated = found.with_columns(
        pl.lit(month.first_day).alias("month"), pl.lit(0.0).alias("hours"), pl.lit(None, pl.String).alias("owner")
    )
    return dated.select(TABLE.columns).sort(TABLE.key)
