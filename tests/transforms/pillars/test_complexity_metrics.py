"""Golden examples for load, escalations, contact and what serving costs."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.pillars.world import day, measured, moment


def _tickets(*given):
    return [{"ticket_id": str(place), "closed_at": row["opened_at"], **row} for place, row in enumerate(given)]


def test_tickets_per_month(policy):
    tickets = _tickets(*({"opened_at": moment(ago)} for ago in (0, 0, 1, 2, 3)))
    assert measured(policy, tickets=tickets)["a"]["tickets_per_month"] == 4 / 3


def test_escalations_of_twelve_months(policy):
    tickets = _tickets(*({"opened_at": moment(ago), "is_escalated": ago != 5} for ago in (0, 5, 11, 12)))
    assert measured(policy, tickets=tickets)["a"]["escalations"] == 2


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        # April 1 is 90 days before June 30.
        pytest.param({"opened_at": moment(2, 2), "closed_at": None}, True, id="open-and-89-days-old"),
        pytest.param({"opened_at": moment(2, 1), "closed_at": None}, False, id="open-and-90-days-old"),
        pytest.param({"opened_at": moment(0), "closed_at": moment(-1)}, True, id="closed-after-month-end"),
        pytest.param({"opened_at": moment(0), "closed_at": moment(0)}, False, id="closed"),
        pytest.param({"opened_at": moment(0), "closed_at": None, "is_escalated": False}, False, id="not-escalated"),
    ],
)
def test_open_escalation(policy, ticket, expected):
    tickets = _tickets({"is_escalated": True, **ticket})
    assert measured(policy, tickets=tickets)["a"]["has_open_escalation"] is expected


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        pytest.param({"handle_minutes": 90.0}, 1.5, id="as-recorded"),
        pytest.param({"priority": "urgent"}, 3.0, id="urgent-where-not-recorded"),
        pytest.param({"priority": "high"}, 2.0, id="high-where-not-recorded"),
        pytest.param({"priority": "normal"}, 1.0, id="normal-where-not-recorded"),
        pytest.param({"priority": "low"}, 0.5, id="low-where-not-recorded"),
        pytest.param({"handle_minutes": 90.0, "closed_at": moment(-1), "priority": "low"}, 0.5, id="recorded-too-late"),
        pytest.param({"opened_at": moment(3)}, 0.0, id="opened-before-the-window"),
    ],
)
def test_support_hours(policy, ticket, expected):
    assert measured(policy, tickets=_tickets({"opened_at": moment(1), **ticket}))["a"]["support_hours"] == expected


def test_contact_hours_and_those_that_the_customer_asked_for(policy):
    touchpoints = [
        {"touchpoint_id": "1", "date": day(0), "minutes": 90.0, "is_customer_initiated": True},
        {"touchpoint_id": "2", "date": day(2), "minutes": None, "is_customer_initiated": True},
        {"touchpoint_id": "3", "date": day(1), "minutes": 60.0, "is_customer_initiated": False},
        {"touchpoint_id": "4", "date": day(1), "minutes": 60.0, "is_customer_initiated": None},
        {"touchpoint_id": "5", "date": day(3), "minutes": 600.0, "is_customer_initiated": True},
    ]
    row = measured(policy, touchpoints=touchpoints)["a"]
    assert row["csm_hours"] == 4.0
    assert row["customer_hours_per_month"] == 2 / 3


def _one_hour_in(*agos):
    return _tickets(*({"opened_at": moment(ago), "handle_minutes": 60.0} for ago in agos))


@pytest.mark.parametrize(
    ("hours_in", "start", "expected"),
    [
        pytest.param(range(12), date(2024, 1, 1), 720.0, id="an-hour-each-month"),
        pytest.param([0] * 50, date(2024, 1, 1), 0.0, id="one-bad-month-does-not-move-the-median"),
        pytest.param(range(6), date(2024, 1, 1), 360.0, id="half-of-the-months"),
        pytest.param(range(6), date(2026, 1, 31), 720.0, id="only-months-since-the-first-of-tenure"),
        pytest.param([0], date(2026, 6, 30), 720.0, id="first-month"),
        pytest.param([12], date(2024, 1, 1), 0.0, id="thirteen-months-ago"),
    ],
)
def test_support_cost_is_twelve_median_months(policy, hours_in, start, expected):
    row = measured(policy, tickets=_one_hour_in(*hours_in), billing=[{"tenure_start_date": start}])["a"]
    assert row["support_cost"] == expected


def test_what_the_source_says_of_integrations_and_regions(policy):
    row = measured(policy, accounts=[{"integrations": 4, "regions": 2}], billing=[{"products_owned": 3}])["a"]
    assert (row["integrations"], row["regions"], row["products_owned"]) == (4, 2, 3)


def test_fractions_of_hours_add_up_whatever_the_order_of_rows(policy):
    minutes = [6.1, 12.7, 0.3, 1e6, 33.3]
    tickets = _tickets(
        *({"opened_at": moment(0, 1 + place), "handle_minutes": value} for place, value in enumerate(minutes))
    )
    orders = (tickets, tickets[::-1], tickets[2:] + tickets[:2])
    assert len({measured(policy, tickets=order)["a"]["support_hours"] for order in orders}) == 1


def test_tickets_of_later_months_count_nowhere(policy):
    later = {"opened_at": moment(-1), "is_escalated": True, "csat": 1.0, "handle_minutes": 60.0}
    names = ("tickets_per_month", "escalations", "has_open_escalation", "support_hours", "csat_mean")
    with_later, without = (measured(policy, tickets=_tickets(*tickets))["a"] for tickets in ([later], []))
    assert [with_later[name] for name in names] == [without[name] for name in names]
