"""What is sent is true when it is sent."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.factories import rows
from tests.transforms.notifications.months import MONTH, change_rows
from transforms.contracts import PUBLISHED
from transforms.notifications.current import outdated

OTHER = {"change_id": "other", "account_id": "z"}


def taken_out(lines: list[dict[str, Any]], *changes: dict[str, Any]) -> list[str]:
    dull = {"status": "pending", "month": MONTH.first_day, "revision": 1}
    outbox = rows(PUBLISHED["notifications"], lines, **dull)
    return outdated(outbox, change_rows([OTHER, *changes]))["notification_id"].to_list()


def row(name: str, change: str | None = "up", account: str | None = "a", **more: Any) -> dict[str, Any]:
    return {"notification_id": name, "change_id": change, "account_id": account} | more


UP = {"change_id": "up", "account_id": "a"}


@pytest.mark.parametrize(
    ("lines", "changes", "expected"),
    [
        pytest.param([row("1")], [UP], [], id="a change that is published"),
        pytest.param([row("1")], [], ["1"], id="a change that is not"),
        pytest.param([row("1", status="sent"), row("2", status="held")], [], [], id="only what is pending"),
        pytest.param([row("1"), row("2", None, revision=2)], [], ["1", "2"], id="taken back before it was sent"),
        pytest.param([row("1", status="sent"), row("2", None, revision=2)], [], [], id="taken back when sent"),
        pytest.param([row("1", status="sent"), row("2", None, revision=2)], [UP], ["2"], id="made again silently"),
        pytest.param([row("1"), row("2", revision=3)], [UP], ["1"], id="announced anew by a later revision"),
        pytest.param([row("1"), row("2", "lift")], [UP, UP | {"change_id": "lift"}], [], id="two of one revision"),
        pytest.param(
            [row("1"), row("2", revision=2, recipient="b@example.com")], [UP], [], id="announced to somebody else too"
        ),
        pytest.param(
            [row("1", status="sent", recipient="b@example.com"), row("2", None, revision=2, recipient="c@example.com")],
            [], ["2"], id="taken back to one who was not notified",
        ),
        pytest.param([row("1", None, None), row("2", None, None, revision=2)], [], ["1"], id="a later summary"),
        pytest.param([row("1", None, None)], [], [], id="the one summary"),
        pytest.param([row("1", status="sent"), row("2", None, revision=2, channel="new")], [], ["2"], id="new"),
    ],
)  # fmt: skip
def test_what_does_not_hold_any_more_is_superseded(lines, changes, expected):
    assert taken_out(lines, *changes) == expected


def test_nothing_pending_is_nothing_outdated():
    empty = PUBLISHED["notifications"].empty()
    assert outdated(empty, change_rows([])).schema == pl.Schema(empty.schema)
