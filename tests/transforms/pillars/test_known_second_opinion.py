"""Windows that reach back before the beginning of a source against a naive reading of the page."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.second_opinion import known
from tests.transforms.pillars.world import EVERYTHING, M, day, inputs_of, moment
from transforms.pillars import account_metrics
from transforms.policy import Policy

SEATS = 40
SUPPORT_RATE = 60
HOURS = {"urgent": 3.0, "high": 2.0, "normal": 1.0, "low": 0.5}
NOW = 100  # the month M, as the second opinion counts here


def tickets_of(rng: Random) -> list[dict[str, Any]]:
    """Some tickets in most of the last months."""
    return [
        {
            "ticket_id": f"{ago}-{number}",
            "opened_at": moment(ago),
            "closed_at": moment(ago),
            "priority": rng.choice(sorted(HOURS)),
            "is_escalated": rng.random() < 0.3,
        }
        for ago in range(15)
        for number in range(rng.choice((0, 1, 1, 2, 5)))
    ]


def touchpoints_of(rng: Random) -> list[dict[str, Any]]:
    """Contacts, of which some were the customer's wish."""
    return [
        {
            "touchpoint_id": f"{ago}-{number}",
            "date": day(ago),
            "minutes": float(rng.choice((15, 30, 90))),
            "is_customer_initiated": rng.random() < 0.5,
        }
        for ago in range(5)
        for number in range(rng.choice((0, 1, 3)))
    ]


def by_month(rows: list[dict[str, Any]], date_column: str, amount: Any) -> Counter[int]:
    """Amounts by month as the second opinion counts them."""
    found: Counter[int] = Counter()
    for row in rows:
        when = row[date_column]
        found[NOW - (M.first_day.year - when.year) * 12 - M.first_day.month + when.month] += amount(row)
    return found


@pytest.mark.parametrize("known_ago", [0, 1, 2, 4, 5, 8, 14])
@pytest.mark.parametrize("seed", range(2))
def test_windows_are_those_of_the_second_opinion(policy: Policy, known_ago: int, seed: int) -> None:
    rng = Random(seed)
    tickets, touchpoints, since = tickets_of(rng), touchpoints_of(rng), NOW - known_ago
    inputs = inputs_of(tickets=tickets, touchpoints=touchpoints, billing=[{"seats": SEATS}])
    inputs = replace(inputs, known_since=dict.fromkeys(("usage", "tickets", "touchpoints"), M - known_ago))
    row = account_metrics(inputs, policy, EVERYTHING).collect().to_dicts()[0]

    opened = known.sum_of_3_months(by_month(tickets, "opened_at", lambda _: 1), NOW, since)
    hours = by_month(tickets, "opened_at", lambda one: HOURS[one["priority"]])
    escalated = by_month(tickets, "opened_at", lambda one: int(one["is_escalated"]))
    contact = by_month(touchpoints, "date", lambda one: one["minutes"] / 60)
    asked_for = by_month(touchpoints, "date", lambda one: one["is_customer_initiated"] * one["minutes"] / 60)
    expected = {
        "tickets_per_month": opened / 3,
        "tickets_per_100_seats": opened * 100 / SEATS,
        "support_hours": known.sum_of_3_months(hours, NOW, since),
        "csm_hours": known.sum_of_3_months(contact, NOW, since),
        "customer_hours_per_month": known.sum_of_3_months(asked_for, NOW, since) / 3,
        "support_cost": known.median_of_12_months(hours, NOW, since) * 12 * SUPPORT_RATE,
        "escalations": known.count_of_12_months(escalated, NOW, since),
    }
    assert {name: row[name] for name in expected} == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
    }
