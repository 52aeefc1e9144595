"""The outbox on both databases: what is pending, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from sql import outbox
from sql.dialects import load
from sql.engine import transaction
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY
from transforms.contracts import PUBLISHED

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)

ROWS = [
    {"notification_id": "1", "message_id": "digest", "status": "pending"},
    {"notification_id": "2", "message_id": "digest", "status": "pending"},
    {"notification_id": "3", "message_id": "waits", "status": "pending", "next_attempt_at": LATER, "attempts": 2},
    {"notification_id": "4", "message_id": "dead", "status": "dead", "attempts": 8, "last_error": "no answer"},
    {"notification_id": "5", "message_id": "held", "status": "held", "last_error": "a surge"},
    {"notification_id": "6", "message_id": "draft", "status": "held", "audience": "customer"},
    {"notification_id": "7", "message_id": "sent", "status": "sent", "attempts": 1, "sent_at": NOW},
    {"notification_id": "8", "message_id": "later", "status": "pending", "month": FEBRUARY.first_day},
]


@pytest.fixture
def change(engine: sa.Engine):
    with transaction(engine) as connection:
        load(connection, "notifications", rows(PUBLISHED["notifications"], ROWS, attempts=0, month=JANUARY.first_day))

    def changed(work, *arguments: Any) -> tuple[Any, dict[str, dict[str, Any]]]:
        with transaction(engine) as connection:
            result = work(connection, *arguments)
        with transaction(engine) as connection:
            found = outbox.rows_of_months(connection, [JANUARY, FEBRUARY])
        return result, {row["notification_id"]: row for row in found.iter_rows(named=True)}

    return changed


def statuses(found: dict[str, dict[str, Any]]) -> str:
    return " ".join(row["status"] for row in found.values())


def test_months_with_something_due_are_found(change):
    assert change(outbox.pending_months, NOW)[0] == [JANUARY, FEBRUARY]
    change(outbox.supersede, ["1", "2", "8"])
    assert change(outbox.pending_months, NOW)[0] == []
    assert change(outbox.pending_months, LATER)[0] == [JANUARY]


def test_an_attempt_is_counted_for_all_rows_of_a_message_and_no_other(change):
    _, found = change(outbox.mark_attempt, "digest")
    assert [row["attempts"] for row in found.values()] == [1, 1, 2, 8, 0, 0, 1, 0]


def test_a_sent_message_keeps_when_and_forgets_its_errors(change):
    change(outbox.mark_failed, "waits", "no answer", LATER)
    _, found = change(outbox.mark_sent, "waits", NOW)
    told = {name: found["3"][name] for name in ("status", "sent_at", "next_attempt_at", "last_error")}
    assert told == {"status": "sent", "sent_at": NOW, "next_attempt_at": None, "last_error": None}
    assert statuses(found) == "pending pending sent dead held held sent pending"


def test_a_failed_message_waits_or_is_dead(change):
    _, found = change(outbox.mark_failed, "digest", "it said 503", LATER)
    assert {found[one]["next_attempt_at"] for one in "12"} == {LATER}
    _, found = change(outbox.mark_failed, "digest", "it said 503", None)
    assert statuses(found) == "dead dead pending dead held held sent pending"
    assert found["1"]["last_error"] == "it said 503"


def test_what_was_sent_is_never_touched_again(change):
    for work in (outbox.mark_attempt, lambda one, message: outbox.mark_failed(one, message, "x", None)):
        _, found = change(work, "sent")
        assert found["7"] == change(outbox.pending_months, NOW)[1]["7"]
        assert (found["7"]["status"], found["7"]["attempts"]) == ("sent", 1)
    assert statuses(change(outbox.supersede, ["7"])[1]).split()[6] == "sent"


@pytest.mark.parametrize(
    ("work", "month", "messages", "expected"),
    [
        (outbox.hold, None, 3, "held held held dead held held sent held"),
        (outbox.hold, FEBRUARY, 1, "pending pending pending dead held held sent held"),
        (outbox.release, None, 1, "pending pending pending dead pending held sent pending"),
        (outbox.release, FEBRUARY, 0, "pending pending pending dead held held sent pending"),
        (outbox.retry, None, 2, "pending pending pending pending held held sent pending"),
    ],
)
def test_a_person_holds_releases_and_has_tried_again(change, work, month, messages, expected):
    number, found = change(work, month)
    assert (number, statuses(found)) == (messages, expected)


def test_who_releases_and_why_is_kept_with_what_was_held(change):
    _, found = change(outbox.release, None, "Ada", "looked at it")
    told = [(name, row["released_by"], row["release_reason"]) for name, row in found.items() if row["released_by"]]
    assert told == [("5", "Ada", "looked at it")]


def test_only_the_held_messages_of_a_month_are_counted_for_it(change):
    of_all, _ = change(outbox.held_messages)
    of_february, _ = change(outbox.held_messages, FEBRUARY)
    assert (of_all[0], of_february[0]) == (1, 0)


def test_what_is_tried_again_begins_anew(change):
    _, found = change(outbox.retry, None)
    assert [(found[one]["attempts"], found[one]["next_attempt_at"]) for one in "34"] == [(2, None), (0, None)]


def test_the_outbox_is_counted_by_status_and_audience(change, engine):
    counts, _ = change(outbox.counted)
    assert counts.select("status", "audience", "messages", "rows").rows() == [
        ("dead", "owner", 1, 1),
        ("held", "customer", 1, 1),
        ("held", "owner", 1, 1),
        ("pending", "owner", 3, 4),
        ("sent", "owner", 1, 1),
    ]
    assert counts.filter(pl.col("status") == "pending")["next_attempt_at"].to_list() == [LATER]
