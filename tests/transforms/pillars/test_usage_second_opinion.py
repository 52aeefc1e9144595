"""The metrics of usage against a naive reading of the page, over small companies of every rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.second_opinion import usage as naive
from tests.transforms.pillars.world import EVERYTHING, M, inputs_of
from transforms.month import Month
from transforms.pillars import account_metrics
from transforms.policy import Policy

MONTH = M.first_day.year * 12 + M.first_day.month - 1
FIRST_LOADED = MONTH - 12
PATTERNS = {"daily": (1,) * 9 + (2,), "weekly": (7,), "fortnightly": (14,), "monthly": (28, 30, 31), "odd": (3, 5, 9)}
EVENTS = (0, 1, 1, 2, 4, 4, 9, 30, 30, 30)
ACCOUNTS = 45


def company(seed: int, accounts: int) -> naive.Company:
    """Accounts that begin, leave, pause, stop and return; a source that begins late, loses days or all of a sudden."""
    rng = Random(seed)
    names = [f"a{number:02d}" for number in range(accounts)]
    known_since = rng.choice((FIRST_LOADED, FIRST_LOADED, MONTH - 7, MONTH - 2))
    last = naive.days_of(MONTH)[-1]
    lost = {last - timedelta(days=rng.randrange(40)) for _ in range(rng.choice((0, 3, 3)))}
    has_loss = rng.random() < 0.5
    has_strays = known_since > FIRST_LOADED
    pattern = PATTERNS[rng.choice(sorted(PATTERNS))]
    rows, service = [], {}
    for name in names:
        start = naive.days_of(MONTH - rng.randrange(18))[0] + timedelta(days=rng.choice((0, 0, rng.randrange(28))))
        end = last - timedelta(days=rng.randrange(30)) if rng.random() < 0.1 else None
        service[name] = [(start, end)] if rng.random() < 0.8 else returned(rng, start, end)
        stops = rng.choice((MONTH + 1, MONTH + 1, MONTH - rng.randrange(9)))
        if has_loss and rng.random() < 0.3:
            stops = MONTH
        days = reported(rng, pattern, max(start, naive.days_of(known_since)[0]), end or last)
        kept = [day for day in days if day not in lost and naive.month_of(day) < stops]
        rows += [(name, day, rng.choice(EVENTS)) for day in kept]
        if has_strays and rng.random() < 0.5:
            rows.append((name, naive.days_of(known_since - 2)[rng.randrange(28)], 9))
    return naive.Company(rows, service, known_since)


def returned(rng: Random, start: date, end: date | None) -> list[tuple[date, date | None]]:
    """Two contracts and some time between them, in which the account may go on using the product."""
    left = start + timedelta(days=rng.randrange(240))
    back = left + timedelta(days=1 + rng.choice((0, 1, 20, 45, 100)))
    last = end or naive.days_of(MONTH)[-1]
    return [(start, left), (back, end)] if back <= last else [(start, end)]


def reported(rng: Random, pattern: tuple[int, ...], start: date, end: date) -> Iterator[date]:
    """The days on which an account has rows; some never use it, others pause."""
    kind = rng.random()
    if kind < 0.1:
        return
    day = start + timedelta(days=rng.choice(pattern))
    while day <= end:
        yield day
        day += timedelta(days=rng.choice(pattern) * (1 if kind < 0.6 or rng.random() < 0.9 else rng.choice((1, 4, 12))))


def measured(one: naive.Company, policy: Policy) -> dict[str, dict[str, Any]]:
    """What the product makes of the company."""
    billing = [
        {
            "account_id": name,
            "tenure_start_date": spans[0][0],
            "service": spans,
            "is_in_grace": spans[-1][1] is not None,
        }
        for name, spans in one.service.items()
    ]
    since = Month(date(one.known_since // 12, one.known_since % 12 + 1, 1))
    usage = [{"account_id": name, "date": day, "events": events} for name, day, events in one.rows]
    accounts = [{"account_id": name} for name in one.service]
    inputs = inputs_of(rhythm=None, usage=usage, billing=billing, accounts=accounts)
    inputs = replace(inputs, known_since={"usage": since})
    frame = account_metrics(inputs, policy, EVERYTHING).collect()
    return {row["account_id"]: row for row in frame.iter_rows(named=True)}


@pytest.mark.parametrize("seed", range(20))
def test_metrics_of_usage_are_those_of_the_second_opinion(policy: Policy, seed: int) -> None:
    one = company(seed, ACCOUNTS)
    rows = measured(one, policy)
    is_sudden = naive.has_sudden_silence(one, sorted(one.service), MONTH)
    for name in one.service:
        row = rows[name]
        expected = {
            "events": naive.events_in(one, name, MONTH),
            "expected_events": naive.expected_events(one, name, MONTH),
            "usage_trend_ratio": naive.usage_trend(one, name, MONTH),
            "usage_recency_days": naive.usage_recency(one, name, MONTH),
            "has_sudden_silence": is_sudden,
        }
        got = {column: row[column] for column in expected} | {"has_sudden_silence": bool(row["has_sudden_silence"])}
        assert got == pytest.approx(expected), f"{name}, {naive.rhythm(one, MONTH)}"


@pytest.mark.parametrize("seed", range(0, 20, 5))
def test_the_order_of_rows_does_not_matter(policy: Policy, seed: int) -> None:
    one = company(seed, ACCOUNTS)
    shuffled = replace(one, rows=Random(seed).sample(one.rows, len(one.rows)))
    assert measured(shuffled, policy) == measured(one, policy)


def test_companies_have_every_rhythm_and_every_case() -> None:
    companies = [company(seed, ACCOUNTS) for seed in range(20)]
    assert {naive.rhythm(one, MONTH) for one in companies} == {"daily", "weekly", "monthly"}
    june = naive.days_of(MONTH)
    assert any(naive.is_lost(one, day) for one in companies for day in june)
    assert {naive.has_sudden_silence(one, sorted(one.service), MONTH) for one in companies} == {True, False}
    trends = [naive.expected_events(one, name, MONTH) for one in companies for name in one.service]
    assert sum(trend is None for trend in trends) > 50
    assert sum(trend is not None for trend in trends) > 300
    assert sum(len(spans) > 1 for one in companies for spans in one.service.values()) > 50
