"""Which changes a channel tells, in which message, and to whom."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.notifications.months import change_rows, events, outbox
from transforms.notifications.routes import Route

CHANGES = change_rows(
    [
        {"change_id": "up", "account_id": "a", "owner": "kim", "from_tier": "low_touch", "to_tier": "mid_touch"},
        {"change_id": "out", "account_id": "b", "owner": "lee", "kind": "exit", "from_tier": "high_touch"},
        {"change_id": "lift", "account_id": "c", "owner": "kim", "kind": "lift_started", "to_tier": "high_touch"},
        {"change_id": "in", "account_id": "d", "owner": "lee", "kind": "initial", "to_tier": "low_touch"},
        {"change_id": "again", "account_id": "e", "is_correction": True, "to_tier": "low_touch"},
    ]
)
REGIONS = {"a": "emea", "b": "apac"}


def told(*routes: Route, addresses: dict[str, str] | None = None) -> dict[str, str]:
    rows = outbox(events(CHANGES, regions=REGIONS, addresses=addresses), *routes).filter(
        pl.col("change_id").is_not_null()
    )
    return dict(rows.select("change_id", "message").iter_rows())


def test_a_first_tier_is_no_news_and_all_else_is_announced():
    assert told(Route("a", ("digest",))) == dict.fromkeys(("up", "out", "lift", "again"), "digest")


def test_lifts_and_corrections_are_alerts_where_a_channel_has_them():
    assert told(Route("a")) == {"up": "digest", "out": "digest", "lift": "alert", "again": "alert"}
    assert told(Route("a", ("alert",))) == {"lift": "alert", "again": "alert"}


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (Route("a", owners=("kim",)), {"up", "lift"}),
        (Route("a", regions=("emea",)), {"up"}),
        (Route("a", tiers=("high_touch",)), {"out", "lift"}),
        (Route("a", tiers=("low_touch",)), {"up", "again"}),
        (Route("a", kinds=("initial",)), {"in"}),
        (Route("a", ("summary",)), set()),
    ],
)
def test_a_route_chooses(route, expected):
    assert set(told(route)) == expected


def test_a_digest_goes_to_the_owners_address_and_what_has_none_to_the_channels():
    route = Route("mail", ("digest",), is_addressed=True, to=("lead@example.com", "desk@example.com"))
    rows = outbox(events(CHANGES, addresses={"kim": "kim@example.com"}), route)
    assert sorted(rows.select("change_id", "recipient").iter_rows()) == [
        ("again", "desk@example.com"),
        ("again", "lead@example.com"),
        ("lift", "kim@example.com"),
        ("out", "desk@example.com"),
        ("out", "lead@example.com"),
        ("up", "kim@example.com"),
    ]
    assert set(rows["audience"]) == {"owner"}


def test_an_owner_that_is_an_address_has_itself():
    changes = change_rows([{"change_id": "up", "owner": "kim@example.com"}])
    rows = outbox(events(changes), Route("mail", ("digest",), is_addressed=True, to=("desk@example.com",)))
    assert rows["recipient"].to_list() == ["kim@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "kim@example.com,evil@example.com",
        "kim@example.com evil@example.com",
        "kim@example.com\nBcc: evil@example.com",
        "Kim <kim@example.com>",
        "kim",
        "@",
        "",
    ],
)
def test_what_is_not_one_plain_address_is_none(address):
    route = Route("mail", ("digest",), is_addressed=True, to=("desk@example.com",))
    rows = outbox(events(change_rows([{"change_id": "up", "owner": "kim"}]), addresses={"kim": address}), route)
    assert rows["recipient"].to_list() == ["desk@example.com"]


def test_an_alert_without_an_address_is_the_teams_and_a_summary_the_leaderships():
    rows = outbox(events(CHANGES), Route("chat", ("alert", "summary")))
    assert set(rows.select("message", "audience", "recipient").iter_rows()) == {
        ("alert", "team", None),
        ("summary", "leadership", None),
    }
