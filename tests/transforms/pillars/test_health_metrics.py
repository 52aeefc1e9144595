"""Golden examples for the metrics of health, each worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.transforms.pillars.world import EVERYTHING, M, day, inputs_of, measured, moment, used
from transforms.pillars import account_metrics

_LAST = {"account_id": "b", "date": day(0, 30)}
"""Somebody else's row on the last day, so that the source has rows until then."""


@pytest.mark.parametrize(
    ("events", "billing", "expected"),
    [
        pytest.param({0: 112, **dict.fromkeys(range(1, 13), 100)}, {}, 0.10, id="twelve-more-than-a-hundred"),
        pytest.param({0: 88, **dict.fromkeys(range(1, 13), 100)}, {}, -0.10, id="twelve-less"),
        pytest.param({0: 50, **dict.fromkeys(range(1, 8), 100), 8: 900}, {}, -50 / 120, id="median-and-not-mean"),
        pytest.param(dict.fromkeys(range(1, 13), 100), {}, -100 / 120, id="silence"),
        pytest.param({0: 10, **dict.fromkeys(range(1, 13), 5)}, {}, 0.2, id="few-events-move-little"),
        pytest.param({0: 0, **dict.fromkeys(range(10, 13), 100)}, {}, -100 / 120, id="long-silence-stays-a-fall"),
        pytest.param({0: 5, **dict.fromkeys(range(10, 13), 100)}, {}, 0.25, id="use-after-long-silence-is-a-rise"),
        pytest.param({0: 5}, {}, None, id="no-use-before"),
        pytest.param({0: 110, 1: 100}, {"tenure_start_date": date(2026, 5, 2)}, None, id="no-whole-month-before"),
        pytest.param({0: 112, 1: 100, 2: 50}, {"tenure_start_date": date(2026, 5, 1)}, 0.10, id="one-month-is-enough"),
    ],
)
def test_usage_trend(policy, events, billing, expected):
    row = measured(policy, usage=used(events), billing=[billing])["a"]
    assert row["usage_trend_ratio"] == (None if expected is None else pytest.approx(expected, abs=1e-12))


@pytest.mark.parametrize(
    ("last_day", "is_known"), [pytest.param(15, True, id="half-a-month"), pytest.param(14, False, id="less-than-half")]
)
def test_usage_trend_needs_half_a_month_in_service(policy, last_day, is_known):
    grace = {"is_in_grace": True, "service": [(date(2024, 1, 1), day(0, last_day))]}
    row = measured(policy, usage=used({0: 100, 1: 100}), usage_from=M - 1, billing=[grace], rhythm="daily")["a"]
    assert (row["usage_trend_ratio"] is not None) == is_known


def test_months_before_the_beginning_of_usage_are_not_known(policy):
    row = measured(policy, usage=used({0: 112, 1: 100, 2: 100}), usage_from=M - 2)["a"]
    assert (row["usage_trend_ratio"], row["known_usage_months"]) == (pytest.approx(0.1), 2)


def test_silence_of_one_account_is_zero_events(policy):
    row = measured(policy, usage=used({0: 5}, account_id="somebody else"))["a"]
    assert [row[name] for name in ("events", "monthly_active_users", "active_days")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("usage", "billing", "expected"),
    [
        pytest.param([{"user_id": "u"}, {"user_id": "v"}, {"user_id": "u"}], {"seats": 8}, 0.25, id="different-users"),
        pytest.param([{"active_users": 3}, {"active_users": 6}], {"seats": 8}, 0.75, id="highest-daily-users"),
        pytest.param([{"user_id": "u"}, {"user_id": "v"}], {"seats": 1}, 2.0, id="more-users-than-seats"),
        pytest.param([], {"seats": 8}, 0.0, id="nobody"),
        pytest.param([{}], {"seats": 8}, None, id="users-never-recorded"),
        pytest.param([{"user_id": "u"}], {"seats": 0}, None, id="no-seats"),
        pytest.param([{"user_id": "u"}], {"seats": None}, None, id="seats-unknown"),
    ],
)
def test_licence_utilisation_and_seat_saturation(policy, usage, billing, expected):
    rows = [{"date": day(0, 10 + place), **row} for place, row in enumerate(usage)]
    row = measured(policy, usage=rows, billing=[billing])["a"]
    assert row["licence_utilisation_share"] == expected
    assert row["seat_saturation_share"] == expected


@pytest.mark.parametrize(
    ("usage", "billing", "expected"),
    [
        pytest.param([{"date": day(0, 30)}], {}, 0, id="active-on-the-last-day"),
        pytest.param([{"date": day(0, 16)}, {"date": day(0, 2)}, _LAST], {}, 14, id="the-latest-counts"),
        pytest.param([{"date": day(8, 3)}, _LAST], {}, 270, id="keeps-growing-past-the-window"),
        pytest.param([{"date": day(0, 16)}], {}, 0, id="counts-to-the-last-day-with-rows"),
        pytest.param(
            [{"date": day(0, 16), "events": 0}, _LAST], {"tenure_start_date": day(2, 1)}, 90, id="no-events-no-day"
        ),
        pytest.param([], {"tenure_start_date": day(1, 1)}, 60, id="never-active-counts-from-the-start"),
    ],
)
def test_usage_recency(policy, usage, billing, expected):
    row = measured(policy, usage=usage, billing=[billing], rhythm="daily")["a"]
    assert row["usage_recency_days"] == expected


@pytest.mark.parametrize(("rhythm", "expected"), [("daily", 20), ("weekly", 14), ("monthly", 0)])
def test_the_usual_gap_is_no_absence(policy, rhythm, expected):
    row = measured(policy, usage=[{"date": day(0, 10)}, _LAST], rhythm=rhythm)["a"]
    assert row["usage_recency_days"] == expected


def test_feature_breadth_counts_what_anybody_in_scope_used_in_three_months(policy):
    usage = [
        *(
            {"account_id": "a", "date": day(ago), "feature": feature}
            for ago, feature in [(0, "x"), (2, "y"), (3, "old")]
        ),
        {"account_id": "b", "date": day(1), "feature": "z"},
        {"account_id": "b", "date": day(1), "feature": "x"},
        {"account_id": "gone", "date": day(0), "feature": "w"},
        {"account_id": "ours", "date": day(0), "feature": "v"},
    ]
    accounts = [{"account_id": name, "is_internal": name == "ours"} for name in ("a", "b", "gone", "ours")]
    billing = [{"account_id": name, "arr": 0.0 if name == "gone" else 1.0} for name in ("a", "b", "gone", "ours")]
    rows = measured(policy, usage=usage, accounts=accounts, billing=billing)
    assert {name: row["feature_breadth_share"] for name, row in rows.items()} == {"a": 2 / 3, "b": 2 / 3}


def test_feature_breadth_counts_the_catalogue_where_there_is_one(policy):
    rules = policy.metrics.model_copy(update={"feature_catalogue": ["x", "y", "z", "never used"]})
    usage = [{"date": day(0), "feature": feature} for feature in ("x", "not in the catalogue")]
    row = measured(policy.model_copy(update={"metrics": rules}), usage=usage)["a"]
    assert row["feature_breadth_share"] == 0.25


def test_feature_breadth_is_unknown_where_nobody_used_anything(policy):
    assert measured(policy)["a"]["feature_breadth_share"] is None


def test_features_beyond_one_word_of_bits(policy):
    usage = [{"date": day(0), "feature": f"f{number:03}"} for number in range(130)]
    others = [{"account_id": "b", "date": day(1), "feature": f"f{number:03}"} for number in range(60, 70)]
    both = [{"account_id": name} for name in "ab"]
    rows = measured(policy, usage=usage + others, accounts=both, billing=both)
    assert [rows[name]["feature_breadth_share"] for name in "ab"] == [1.0, 10 / 130]


@pytest.mark.parametrize(
    ("opened", "seats", "expected"),
    [
        pytest.param([0, 1, 2], 50, 6.0, id="three-months"),
        pytest.param([0, 3], 50, 2.0, id="older-ones-do-not-count"),
        pytest.param([], 50, 0.0, id="none"),
        pytest.param([0], None, None, id="seats-unknown"),
    ],
)
def test_tickets_per_100_seats(policy, opened, seats, expected):
    tickets = [{"ticket_id": str(place), "opened_at": moment(ago)} for place, ago in enumerate(opened)]
    assert measured(policy, tickets=tickets, billing=[{"seats": seats}])["a"]["tickets_per_100_seats"] == expected


@pytest.mark.parametrize(
    ("rated", "expected"),
    [
        pytest.param([(0, 15, 4.0), (2, 1, 5.0), (1, 1, 3.0)], 4.0, id="mean-of-three-months"),
        pytest.param([(0, 15, 2.0), (3, 28, 5.0)], 2.0, id="older-ones-do-not-mix-in"),
        pytest.param([(3, 28, 4.0), (3, 1, 2.0)], 3.0, id="the-month-before-where-three-are-empty"),
        pytest.param([(3, 2, 5.0)], 5.0, id="exactly-120-days-old"),
        pytest.param([(3, 1, 5.0)], None, id="expired-after-121-days"),
        pytest.param([(5, 1, 5.0)], None, id="long-expired"),
        pytest.param([], None, id="never-rated"),
    ],
)
def test_csat(policy, rated, expected):
    # Opened long before: a rating belongs to the month of closing. June 30 minus 120 days is March 2.
    tickets = [
        {"ticket_id": str(place), "opened_at": moment(9), "closed_at": moment(ago, of_month), "csat": csat}
        for place, (ago, of_month, csat) in enumerate(rated)
    ]
    assert measured(policy, tickets=tickets)["a"]["csat_mean"] == expected


def test_csat_given_after_month_end_is_not_known(policy):
    tickets = [{"opened_at": moment(0), "closed_at": moment(-1), "csat": 5.0, "handle_minutes": 600.0}]
    row = measured(policy, tickets=tickets)["a"]
    assert row["csat_mean"] is None
    assert row["support_hours"] == 3.0


@pytest.mark.parametrize(
    ("invoices", "expected"),
    [
        pytest.param([{"due_date": day(1, 1), "paid_date": day(1, 11)}], 10.0, id="paid-late"),
        pytest.param([{"due_date": day(1, 20), "paid_date": day(1, 11)}], 0.0, id="paid-early-is-not-late"),
        pytest.param([{"due_date": day(0, 10), "status": "open"}], 20.0, id="unpaid-counts-up-to-month-end"),
        pytest.param([{"due_date": day(0, 10), "paid_date": day(-1, 20)}], 20.0, id="paid-after-month-end-is-unpaid"),
        pytest.param([{"due_date": day(0, 28), "status": "failed"}], 30.0, id="failed-counts-as-a-month"),
        pytest.param([{"issued_date": day(0, 25), "status": "open"}], 5.0, id="without-due-date-the-day-of-issue"),
        pytest.param([{"due_date": day(3, 1), "status": "open"}], None, id="due-before-the-window"),
        pytest.param([{"due_date": day(-1, 1), "status": "open"}], None, id="not-due-yet"),
        pytest.param([{"due_date": day(0, 1), "status": "void"}], None, id="void"),
        pytest.param(
            [{"due_date": day(2, 1), "paid_date": day(2, 7)}, {"due_date": day(0, 28), "status": "open"}],
            4.0,
            id="mean-of-paid-and-unpaid",
        ),
    ],
)
def test_days_late(policy, invoices, expected):
    given = [
        {"invoice_id": str(place), "issued_date": day(8), "status": "paid", **row} for place, row in enumerate(invoices)
    ]
    assert measured(policy, invoices=given)["a"]["days_late_mean"] == expected


def test_invoices_of_before_their_beginning_are_unknown(policy):
    given = [
        {"invoice_id": "before", "issued_date": day(1), "due_date": day(0, 1), "status": "open"},
        {"invoice_id": "since", "issued_date": day(0, 1), "due_date": day(0, 20), "status": "open"},
    ]
    inputs = replace(inputs_of(invoices=given), known_since={"invoices": M})
    assert account_metrics(inputs, policy, EVERYTHING).collect()["days_late_mean"].to_list() == [10.0]


@pytest.mark.parametrize(
    ("events", "start", "expected"),
    [
        pytest.param([10] * 6, day(5, 1), 0.0, id="steady"),
        pytest.param([15, 15, 15, 5, 5, 5], day(5, 1), 0.5, id="population-deviation-by-mean"),
        pytest.param([15, 15, 15, 5, 5, 5], day(5, 2), None, id="younger-than-the-window"),
        pytest.param([0] * 6, day(5, 1), None, id="nothing-to-vary"),
    ],
)
def test_events_variation(policy, events, start, expected):
    row = measured(policy, usage=used(dict(enumerate(events))), billing=[{"tenure_start_date": start}])["a"]
    assert row["events_variation"] == expected
