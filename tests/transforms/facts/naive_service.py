"""ARR by the letter, for one account and one day, in plain Python: what the frames are held against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]


def covers(row: Row, day: date) -> bool:
    return row["start_date"] <= day and (row["end_date"] is None or day <= row["end_date"])


def in_force(rows: list[Row], day: date) -> list[Row]:
    """Of the rows of a subscription that cover the day the one that starts latest."""
    latest: dict[str, Row] = {}
    for row in rows:
        held = latest.get(row["subscription_id"])
        if covers(row, day) and (held is None or held["start_date"] < row["start_date"]):
            latest[row["subscription_id"]] = row
    return list(latest.values())


def of(account: str) -> Callable[[Row], bool]:
    return lambda row: row["account_id"] == account


def in_service(rows: list[Row], account: str, day: date, grace_days: int) -> tuple[list[Row], bool]:
    """The rows that stand for the account on the day, and whether they stand in grace."""
    current = in_force(rows, day)
    own = list(filter(of(account), current))
    if any(row["mrr"] > 0 for row in own):
        return own, False
    going_on = {row["subscription_id"] for row in current}
    for ago in range(1, grace_days + 1):
        former = day - timedelta(days=ago)
        ended = [
            row
            for row in filter(of(account), rows)
            if row["end_date"] == former
            and row["start_date"] <= former
            and row["mrr"] > 0
            and row["subscription_id"] not in going_on
        ]
        if ended:
            return list(filter(of(account), in_force(rows, former))), True
    return own, False


def arr(rows: list[Row]) -> float:
    return 12 * sum(row["mrr"] for row in rows)
