"""What the publication of a month puts into the outbox: laws of identity, and messages."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.notifications.months import RULES, change_rows, changes_between, events, outbox, tiers_frame
from transforms.notifications.events import events_of
from transforms.notifications.routes import Route

TIERS = st.dictionaries(
    st.sampled_from([f"a{number}" for number in range(6)]), st.sampled_from(["low_touch", "mid_touch", "high_touch"])
)
ROUTES = (Route("mail", ("digest",), is_addressed=True, to=("desk@example.com",)), Route("chat"))


def publish(before, versions):
    """Publish the versions of a month one after the other, as the warehouse appends them: ids that are there stay."""
    kept: dict[str, dict[str, object]] = {}
    made = []
    superseded: dict[str, str] = {}
    for revision, now in enumerate(versions, start=1):
        told = events(changes_between(before, now, superseded, revision), superseded, now)
        rows = outbox(told, *ROUTES, revision=revision)
        new = {row["notification_id"]: row for row in rows.iter_rows(named=True) if row["notification_id"] not in kept}
        kept |= new
        made.append((told, list(new.values())))
        superseded = now
    return made


@given(before=TIERS, now=TIERS)
def test_each_change_is_announced_once_in_each_channel(before, now):
    ((told, rows),) = publish(before, [now])
    counted = Counter((row["channel"], row["change_id"]) for row in rows if row["change_id"])
    assert counted == Counter((route.channel, change) for route in ROUTES for change in told["change_id"])


@given(before=TIERS, now=TIERS, order=st.randoms())
def test_the_order_of_rows_and_a_second_publication_change_nothing(before, now, order):
    changes = changes_between(before, now, {}, 1)
    places = list(range(changes.height))
    order.shuffle(places)
    first, second = (outbox(events(one), *ROUTES) for one in (changes, changes[places]))
    assert first.equals(second)


@given(before=TIERS, now=TIERS, later=TIERS)
def test_a_later_revision_tells_only_what_differs(before, now, later):
    _, (_, rows) = publish(before, [now, later])
    differs = {one for one in now | later if now.get(one) != later.get(one)}
    assert {row["account_id"] for row in rows if row["account_id"]} <= differs
    told = {row["account_id"] for row in rows if row["channel"] == "chat"}
    assert {one for one in differs if one in now and one in before} <= told


def test_a_change_that_is_taken_back_and_made_again_is_announced_three_times():
    before, a, b = {"x": "low_touch"}, {"x": "low_touch"}, {"x": "mid_touch"}
    made = [rows for _, rows in publish(before, [b, a, b, a])]
    ids = [[row["notification_id"] for row in rows if row["channel"] == "mail"] for rows in made]
    assert [len(one) for one in ids] == [1, 1, 1, 1]
    assert len({one for each in ids for one in each}) == 4
    assert [rows[0]["change_id"] is None for rows in made] == [False, True, False, True]


def test_what_is_taken_back_tells_both_tiers_and_is_an_alert():
    told = events(change_rows([]), {"x": "mid_touch"}, {"x": "low_touch"})
    assert told.select("from_tier", "to_tier", "is_correction").row(0) == ("mid_touch", "low_touch", True)
    assert outbox(told, Route("chat", ("alert",)), revision=2)["account_id"].to_list() == ["x"]


def test_a_correction_is_announced_to_the_owner_of_the_former_revision_too():
    told = events_of(
        change_rows([{"change_id": "c", "account_id": "x", "owner": "bo@example.com", "is_correction": True}]),
        change_rows([]),
        tiers_frame({"x": "mid_touch"}, {"x": "al@example.com"}),
        tiers_frame({"x": "low_touch"}, {"x": "bo@example.com"}),
        pl.LazyFrame(schema={"account_id": pl.String, "region": pl.String}),
        pl.LazyFrame(schema={"owner": pl.String, "address": pl.String}),
    )
    rows = outbox(told, *ROUTES, revision=2)
    assert rows.filter(channel="mail")["recipient"].sort().to_list() == ["al@example.com", "bo@example.com"]
    assert rows.filter(channel="chat", account_id="x")["owner"].to_list() == ["bo@example.com"]
    of_al = Route("al", ("digest",), owners=("al@example.com",))
    assert outbox(told, of_al, revision=2)["account_id"].to_list() == ["x"]


@pytest.mark.parametrize("kind", ["exit", "override_started"])
def test_a_change_that_left_the_tier_as_it_is_now_is_taken_back_too(kind):
    """Who is said to have left is not in the former revision, and an override may name the tier that is there."""
    former = {} if kind == "exit" else {"x": "low_touch"}
    told = events(
        change_rows([]), former, {"x": "low_touch", "y": "low_touch"}, former_changes=change_rows([{"account_id": "x"}])
    )
    assert told.select("account_id", "change_id", "from_tier", "to_tier", "is_correction").rows() == [
        ("x", None, former.get("x"), "low_touch", True)
    ]


def test_messages_are_parted_by_owner_recipient_and_size_the_largest_first():
    lines = [{"change_id": f"{n}", "account_id": f"a{n}", "owner": "kim", "arr": float(n)} for n in range(7)]
    rows = outbox(events(change_rows([*lines, {"change_id": "lee", "owner": "lee"}])), Route("chat", ("digest",)))
    parts = [set(part) for part in rows.group_by("message_id").agg("change_id")["change_id"].to_list()]
    assert sorted(map(sorted, parts)) == [["0"], ["1", "2", "3"], ["4", "5", "6"], ["lee"]]
    assert RULES.changes_per_message == 3


def test_a_summary_is_made_of_the_first_revision_and_of_corrections_only():
    changes = change_rows([{"change_id": "up"}])
    corrected = change_rows([{"change_id": "up", "is_correction": True}])
    route = Route("lead", ("summary",), is_addressed=True, to=("a@example.com", "b@example.com", "a@example.com"))
    assert outbox(events(changes), route)["recipient"].sort().to_list() == ["a@example.com", "b@example.com"]
    assert outbox(events(changes), route, revision=2).is_empty()
    assert outbox(events(corrected), route, revision=2).height == 2
    both = pl.concat([corrected, change_rows([{"change_id": "down"}])])
    assert outbox(events(both), route, revision=2).height == 2
    assert outbox(events(change_rows([])), route, revision=2).is_empty()


def test_rows_are_born_held_with_the_reason_or_pending():
    told = events(change_rows([{"change_id": "up"}]))
    held = outbox(told, Route("chat"), held_because="a surge")
    assert set(held.select("status", "last_error").iter_rows()) == {("held", "a surge")}
    assert set(outbox(told, Route("chat")).select("status", "last_error").iter_rows()) == {("pending", None)}


def test_messages_of_two_revisions_months_and_owners_have_different_ids():
    told = events(change_rows([{"change_id": "up", "owner": "kim"}, {"change_id": "down", "owner": "lee"}]))
    ids = pl.concat([outbox(told, Route("chat"), revision=revision) for revision in (1, 2)])
    assert ids.filter(pl.col("change_id").is_not_null())["message_id"].n_unique() == 4
