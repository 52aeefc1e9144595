"""The kit for Zendesk: each rule on both engines, with rows worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

ORGANIZATION = [{"id": "70", "external_id": "A"}]


def ticket(**columns: Any) -> dict[str, Any]:
    """A ticket of account A, done and last changed on 25 June."""
    return {
        "id": "1",
        "created_at": "2020-06-02 10:00:00",
        "updated_at": "2020-06-25 10:00:00",
        "status": "closed",
        "priority": "high",
        "organization_id": "70",
        "requester_id": "80",
        "merged_ticket_ids": "[]",
        **columns,
    }


def history(*changes: str, ticket_id: str = "1") -> list[dict[str, Any]]:
    """The status changes of a ticket, each as ``open on 2 10:00``, in June 2020."""
    rows = []
    for change in changes:
        status, _, when = change.partition(" on ")
        day, _, time = when.partition(" ")
        moment = f"2020-06-{int(day):02} {time or '10:00'}:00"
        rows.append({"ticket_id": ticket_id, "field_name": "status", "updated": moment, "value": status})
    return rows


def june(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time in June 2020."""
    return datetime(2020, 6, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def tickets(make):
    """Land tickets of account A and other tables, and return the rows that the kit makes."""

    def made(*rows, said=None, options=None, **tables):
        landed = {"ticket": rows, "organization": ORGANIZATION, **tables}
        return make("zendesk", "tickets", landed, said=said, **(options or {}))

    return made


@pytest.fixture
def reasons(count):
    """The same for what is left out."""

    def counted(*rows, options=None, **tables):
        landed = {"ticket": rows, "organization": ORGANIZATION, **tables}
        return count("zendesk", "tickets", landed, **(options or {}))

    return counted


def test_a_ticket_has_the_columns_of_the_contract(tickets):
    rows = tickets(
        ticket(total_time_spent_sec=5400),
        ticket_field_history=history("new on 2", "solved on 3"),
        satisfaction_rating=[{"id": "9", "ticket_id": "1", "score": "good", "created_at": "2020-06-04 00:00:00"}],
    )

    assert rows == [
        {
            "account_id": "A",
            "ticket_id": "1",
            "opened_at": june(2),
            "closed_at": june(3),
            "priority": "high",
            "csat": 5.0,
            "handle_minutes": 90.0,
            "is_reopened": False,
            "is_deleted": False,
        }
    ]


@pytest.mark.parametrize(
    ("changes", "closed_at", "is_reopened"),
    [
        pytest.param(["open on 2", "solved on 3", "closed on 7"], june(3), False, id="solved-first"),
        pytest.param(["new on 2", "closed on 6"], june(6), False, id="closed-without-having-been-solved"),
        pytest.param(["open on 2", "solved on 3", "open on 5", "solved on 8"], june(8), True, id="reopened-to-open"),
        pytest.param(["open on 2", "solved on 3", "pending on 5", "closed on 8"], june(8), True, id="to-pending"),
        pytest.param(["open on 2", "solved on 3", "hold on 5", "solved on 8"], june(8), True, id="to-hold"),
        pytest.param(["solved on 3", "open on 4", "solved on 5", "solved on 6"], june(5), True, id="solved-twice"),
        pytest.param(["pending on 2", "open on 3", "solved on 4"], june(4), False, id="pending-before-is-no-reopening"),
        pytest.param(["open on 2", "solved on 2"], june(2), False, id="solved-in-the-second-of-the-opening"),
        pytest.param(["open on 2", "solved on 3", "open on 5"], june(25), True, id="history-ends-open-so-last-change"),
        pytest.param([], june(25), False, id="no-history-so-last-change"),
    ],
)
def test_it_is_closed_when_it_was_first_done_and_stayed_so(tickets, changes, closed_at, is_reopened):
    other = history("open on 1", ticket_id="no ticket of ours")
    [row] = tickets(ticket(), ticket_field_history=history(*changes) + other)

    assert (row["closed_at"], row["is_reopened"]) == (closed_at, is_reopened)


@pytest.mark.parametrize("status", ["new", "open", "pending", "hold", "deleted"])
def test_a_ticket_that_is_not_done_has_no_end(tickets, status):
    [row] = tickets(ticket(status=status), ticket_field_history=history("open on 2", "solved on 3", "open on 4"))

    assert "closed_at" not in row
    assert row["is_deleted"] is (status == "deleted")


def test_changes_of_other_fields_and_deleted_changes_are_no_status(tickets):
    changes = [
        *history("open on 2", "solved on 9"),
        {"ticket_id": "1", "field_name": "priority", "updated": "2020-06-03 10:00:00", "value": "solved"},
        {**history("solved on 4")[0], "_fivetran_deleted": True},
    ]
    [row] = tickets(ticket(), ticket_field_history=changes)

    assert row["closed_at"] == june(9)


@pytest.mark.parametrize("name", ["_fivetran_deleted", "is_deleted", "deleted"])
def test_a_ticket_that_was_deleted_softly_is_a_tombstone(tickets, name):
    rows = tickets(ticket(**{name: True}), ticket(id="2", **{name: False}))

    assert [(row["ticket_id"], row["is_deleted"]) for row in rows] == [("1", True), ("2", False)]


def test_merged_tickets_are_no_tickets_of_their_own(tickets, reasons):
    rows = [ticket(merged_ticket_ids=[2, 3]), ticket(id="2"), ticket(id="3"), ticket(id="4", merged_ticket_ids=None)]

    assert [row["ticket_id"] for row in tickets(*rows)] == ["1", "4"]
    assert reasons(*rows) == {"merged": 2}


def test_a_ticket_that_was_merged_is_known_by_its_tag_too(tickets, reasons):
    tags = [
        {"ticket_id": "2", "tag": "closed_by_merge"},
        {"ticket_id": "3", "tag": "vip"},
        {"ticket_id": "1", "tag": "closed_by_merge", "_fivetran_deleted": True},
    ]
    rows = [ticket(id="1"), ticket(id="2"), ticket(id="3")]

    assert [row["ticket_id"] for row in tickets(*rows, ticket_tag=tags)] == ["1", "3"]
    assert reasons(*rows, ticket_tag=tags) == {"merged": 1}


def test_a_ticket_without_an_organization_belongs_to_that_of_who_asked(tickets, reasons):
    users = [{"id": "80", "organization_id": "70"}, {"id": "81", "organization_id": None}]
    rows = [
        ticket(organization_id=None),
        ticket(id="2", organization_id=None, requester_id="81"),
        ticket(id="3", organization_id=None, requester_id="gone"),
        ticket(id="4", organization_id=None, requester_id=None),
    ]

    assert [(row["ticket_id"], row["account_id"]) for row in tickets(*rows, user=users)] == [("1", "A")]
    assert reasons(*rows, user=users) == {"without_organization": 3}


def test_tickets_of_organizations_without_an_account_are_left_out_and_counted(tickets, reasons):
    organizations = [*ORGANIZATION, {"id": "71", "external_id": ""}]
    rows = [ticket(), ticket(id="2", organization_id="71"), ticket(id="3", organization_id="72")]

    assert [row["ticket_id"] for row in tickets(*rows, organization=organizations)] == ["1"]
    assert reasons(*rows, organization=organizations) == {"without_account": 2}


@pytest.mark.parametrize(
    ("account_from", "expected"),
    [("external_id", ["A", "C"]), ("id", ["70", "71"]), ("account_map", ["B", "C"])],
)
def test_the_account_comes_from_where_the_options_say(tickets, account_from, expected):
    tables = {
        "organization": [*ORGANIZATION, {"id": "71", "external_id": None}],
        "account_map": [
            {"system": "zendesk_organization", "vendor_id": "70", "account_id": "B"},
            {"system": "zendesk_organization", "vendor_id": "71", "account_id": "C"},
            {"system": "stripe_customer", "vendor_id": "71", "account_id": "D"},
        ],
    }
    rows = tickets(ticket(), ticket(id="2", organization_id="71"), options={"account_from": account_from}, **tables)

    assert [row["account_id"] for row in rows] == expected


def test_a_map_that_names_two_accounts_doubles_no_ticket(tickets):
    both = [{"system": "zendesk_organization", "vendor_id": "71", "account_id": account} for account in ("C", "B")]
    rows = tickets(ticket(organization_id="71"), account_map=both)

    assert [row["account_id"] for row in rows] == ["B"]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param(["offered"], None, id="offered-is-none"),
        pytest.param(["unoffered"], None, id="unoffered-is-none"),
        pytest.param(["good"], 5.0, id="good"),
        pytest.param(["bad"], 1.0, id="bad"),
        pytest.param(["good_with_comment"], 5.0, id="with-comment"),
        pytest.param(["4"], 4.0, id="of-five"),
        pytest.param(["good", "bad"], 1.0, id="the-last-one-stands"),
        pytest.param(["good", "offered"], 5.0, id="offered-again-takes-none-away"),
    ],
)
def test_ratings_are_satisfaction(tickets, scores, expected):
    ratings = [
        {"id": str(number), "ticket_id": "1", "score": score, "updated_at": f"2020-06-{10 + number} 00:00:00"}
        for number, score in enumerate(scores)
    ]
    [row] = tickets(ticket(), satisfaction_rating=ratings)

    assert row.get("csat") == expected


def test_a_deleted_rating_is_none(tickets):
    rating = {"id": "1", "ticket_id": "1", "score": "bad", "updated_at": None, "_fivetran_deleted": True}
    [row] = tickets(ticket(), satisfaction_rating=[rating])

    assert "csat" not in row


def test_the_options_give_points_and_the_priority_of_tickets_without_one(tickets):
    [row] = tickets(
        ticket(priority=None),
        options={"priority": "low", "csat_good": 4.5},
        satisfaction_rating=[{"id": "1", "ticket_id": "1", "score": "good"}],
    )

    assert (row["priority"], row["csat"]) == ("low", 4.5)


def test_times_with_an_offset_are_in_utc(tickets):
    [row] = tickets(ticket(created_at="2020-06-02T01:00:00+02:00"))

    assert row["opened_at"] == june(1, hour=23)


def test_ids_of_a_connector_that_lands_floats_are_found(tickets):
    [row] = tickets(ticket(id="7.0", organization_id="70.0"))

    assert (row["ticket_id"], row["account_id"]) == ("7", "A")


def test_what_is_not_landed_is_not_mapped(landing):
    landing.land("zendesk", {"ticket": [ticket()], "organization": ORGANIZATION})
    source = landing.source("tickets", "zendesk")
    source.months()

    assert source.columns == ["account_id", "ticket_id", "opened_at", "priority", "closed_at", "is_deleted"]
