"""Laws of the whole table of metrics: who is in it, what silence, staleness and missing sources mean."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.transforms.pillars.world import EVERYTHING, M, day, inputs_of, measured, moment, used
from transforms.contracts import PUBLISHED
from transforms.pillars import account_metrics
from transforms.pillars.inputs import ticket_months, usage_months
from transforms.pillars.needs import NEEDS, is_configured, missing_reason
from transforms.policy.scoring import METRICS

_BUSY = {
    "usage": [{"date": day(ago), "feature": f"f{ago}", "events": 70, "active_users": 9} for ago in range(9)],
    "tickets": [
        {"ticket_id": str(ago), "opened_at": moment(ago), "closed_at": moment(ago), "csat": 4.0, "is_escalated": True}
        for ago in range(12)
    ],
    "invoices": [{"issued_date": day(1), "status": "open"}],
    "touchpoints": [{"date": day(1), "minutes": 30.0, "is_customer_initiated": True}],
    "products": [{"product": "core"}, {"product": "extra"}],
    "accounts": [{"nps": 10.0, "brand_rank": 2.0, "integrations": 3, "regions": 2, "addressable_seats": 90}],
}


def _needing(source):
    """The metrics of which any way to know them takes a source."""
    return {name for name, ways in NEEDS.items() if any(one.partition(".")[0] == source for way in ways for one in way)}


@pytest.mark.parametrize(
    ("account", "billing", "is_in"),
    [
        pytest.param({}, {}, True, id="pays"),
        pytest.param({}, {"is_in_grace": True}, True, id="in-grace"),
        pytest.param({"is_internal": True}, {}, False, id="internal"),
        pytest.param({}, {"arr": 0.0}, False, id="pays-nothing"),
        pytest.param({"account_id": "somebody else"}, {}, False, id="not-among-the-accounts"),
    ],
)
def test_scope(policy, account, billing, is_in):
    assert ("a" in measured(policy, accounts=[account], billing=[billing])) == is_in


def test_the_table_keeps_its_contract(policy):
    frame = account_metrics(inputs_of(**_BUSY), policy, EVERYTHING).collect()
    assert dict(frame.schema) == PUBLISHED["account_features"].schema
    assert frame["month"].to_list() == [M.first_day]


def test_a_busy_account_has_every_metric(policy):
    row = measured(policy, **_BUSY)["a"]
    assert {name for name in NEEDS if row[name] is None} == set()


def test_absence_in_fresh_sources_is_a_fact(policy):
    row = measured(policy, rhythm="daily")["a"]
    silent = {"events": 0, "tickets_per_month": 0.0, "escalations": 0, "support_hours": 0.0, "csm_hours": 0.0}
    assert {name: row[name] for name in silent} == silent
    assert row["usage_recency_days"] == (M.last_day - row["tenure_start_date"]).days


@pytest.mark.parametrize("source", ["usage", "tickets", "invoices", "touchpoints"])
def test_a_stale_source_leaves_nothing_of_itself_but_the_last_active_date(policy, source):
    row = measured(policy, stale=[source], **_BUSY)["a"]
    needing = _needing(source)
    assert needing
    assert {name for name in NEEDS if row[name] is None} == needing
    assert row["last_active_date"] == day(0)


@pytest.mark.parametrize("source", ["tickets", "invoices", "touchpoints", "strategic_grants"])
def test_a_source_that_is_not_mapped_leaves_nothing_of_itself(policy, source):
    configured = {name for name in EVERYTHING if name.partition(".")[0] != source}
    row = measured(policy, configured=configured, **_BUSY)["a"]
    assert {name for name in NEEDS if row[name] is None} == _needing(source)


def test_every_metric_of_the_policy_says_what_it_needs():
    assert set(NEEDS) >= METRICS
    assert set(NEEDS) <= set(PUBLISHED["account_features"].columns)
    assert {name for ways in NEEDS.values() for way in ways for name in way} <= EVERYTHING


@pytest.mark.parametrize(
    ("configured", "stale", "expected"),
    [
        pytest.param({"products"}, set(), None, id="one-way-is-enough"),
        pytest.param({"subscriptions.seats", "accounts.addressable_seats"}, set(), None, id="so-is-the-other"),
        pytest.param({"subscriptions.seats"}, set(), "not_configured", id="half-a-way-is-none"),
        pytest.param({"products"}, {"products"}, "stale", id="stale"),
        pytest.param(EVERYTHING, {"products"}, None, id="stale-with-a-fresh-way-beside"),
    ],
)
def test_ways_to_know_a_metric(configured, stale, expected):
    reason = missing_reason("whitespace_share", frozenset(configured), frozenset(stale))
    assert reason == expected
    assert is_configured("whitespace_share", frozenset(configured)) == (expected != "not_configured")


def test_windows_cover_what_the_policy_asks_for(policy):
    longer = policy.lifecycle.model_copy(update={"variation_months": 15})
    assert (usage_months(policy), ticket_months(policy)) == (13, 13)
    assert usage_months(policy.model_copy(update={"lifecycle": longer})) == 15


# A world takes some 100 ms to measure.
_LAW = settings(max_examples=20)
_ACCOUNTS = ("a", "b", "c")


@st.composite
def _worlds(draw):
    """Rows of three accounts in scope."""
    who = st.sampled_from(_ACCOUNTS)
    ago = st.integers(0, 5)
    usage = st.builds(
        lambda account, month, feature, events: used({month: events}, account_id=account, feature=feature)[0],
        who, ago, st.sampled_from("xyz"), st.integers(0, 300),
    )  # fmt: skip
    tickets = st.builds(
        lambda account, month, minutes, csat: {
            "account_id": account, "opened_at": moment(month), "closed_at": moment(month - 1),
            "handle_minutes": minutes, "csat": csat,
        },
        who, ago, st.none() | st.floats(0, 500), st.none() | st.sampled_from([1.0, 2.5, 5.0]),
    )  # fmt: skip
    invoices = st.builds(
        lambda account, month, status: {"account_id": account, "issued_date": day(month), "status": status},
        who, ago, st.sampled_from(["open", "failed"]),
    )  # fmt: skip
    numbered = [{"ticket_id": str(place), **row} for place, row in enumerate(draw(st.lists(tickets, max_size=12)))]
    everybody = [{"account_id": account} for account in _ACCOUNTS]
    return {
        "usage": draw(st.lists(usage, max_size=20)),
        "tickets": numbered,
        "invoices": draw(st.lists(invoices, max_size=6)),
        "accounts": everybody,
        "billing": everybody,
    }


def _table(policy, world) -> pl.DataFrame:
    return account_metrics(inputs_of(**world), policy, EVERYTHING).collect().sort("account_id")


@_LAW
@given(world=_worlds(), data=st.data())
def test_the_order_of_rows_changes_nothing(policy, world, data):
    shuffled = {name: data.draw(st.permutations(given_rows), label=name) for name, given_rows in world.items()}
    assert_frame_equal(_table(policy, world), _table(policy, shuffled), check_exact=True)


@_LAW
@given(world=_worlds(), outsider=_worlds(), is_internal=st.booleans())
def test_accounts_out_of_scope_change_nothing(policy, world, outsider, is_internal):
    foreign = {name: [{**row, "account_id": "out"} for row in given_rows] for name, given_rows in outsider.items()}
    foreign["usage"] += [{"account_id": "out", "date": day(0), "feature": "only out there"}]
    foreign["accounts"] = [{"account_id": "out", "is_internal": is_internal}]
    foreign["billing"] = [{"account_id": "out", "arr": 1e6 if is_internal else 0.0}]
    # The rhythm is the source's, whoever uses the product: it has rows to the end of the month either way.
    world["usage"] = [*world["usage"], {"account_id": "a", "date": M.last_day}]
    together = {name: [*given_rows, *foreign[name]] for name, given_rows in world.items()}
    assert_frame_equal(_table(policy, world), _table(policy, together), check_exact=True)
