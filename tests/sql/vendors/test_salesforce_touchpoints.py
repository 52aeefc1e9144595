"""The kit for Salesforce, touchpoints: each rule on both engines, with rows worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sql.vendors.salesforce import ACME, ACME_15, BETA, BETA_15, event, mapped, of_salesforce, task


@pytest.fixture
def touchpoints(make):
    return of_salesforce(make, "touchpoints")


@pytest.fixture
def touchpoints_left_out(count):
    return of_salesforce(count, "touchpoints")


def test_an_event_is_a_touchpoint(touchpoints):
    assert touchpoints({"event": [event()]}) == [
        {
            "account_id": ACME,
            "touchpoint_id": "00U1",
            "date": date(2020, 6, 3),
            "kind": "demo",
            "minutes": 60.0,
            "is_deleted": False,
        }
    ]


def test_an_event_without_a_type_is_a_meeting(touchpoints):
    assert [row["kind"] for row in touchpoints({"event": [event(type=None)]})] == ["meeting"]


def test_copies_of_an_event_for_its_invitees_are_no_events(touchpoints, touchpoints_left_out):
    rows = [event(), event(id="00U2", is_child=True), event(id="00U3", is_child=True)]

    assert [row["touchpoint_id"] for row in touchpoints({"event": rows})] == ["00U1"]
    assert touchpoints_left_out({"event": rows}) == {"copy": 2}


def test_the_entry_of_a_series_is_no_event_besides_those_of_the_series(touchpoints, touchpoints_left_out):
    rows = [
        event(is_recurrence=True),
        event(id="00U2", is_recurrence=False, recurrence_activity_id="00U1"),
        event(id="00U3", is_recurrence=True),
    ]

    assert [row["touchpoint_id"] for row in touchpoints({"event": rows})] == ["00U2", "00U3"]
    assert touchpoints_left_out({"event": rows}) == {"series": 1}


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"no_show_c": True}, id="no-show"),
        pytest.param({"status_c": "Cancelled"}, id="status"),
        pytest.param({"meeting_status_c": "No-Show"}, id="status-with-a-hyphen"),
        pytest.param({"meeting_outcome_c": "RESCHEDULED"}, id="outcome"),
        pytest.param({"type": "Canceled"}, id="type"),
        pytest.param({"subject": "Canceled: Quarterly review"}, id="subject"),
        pytest.param({"subject": "CANCELLED: Quarterly review"}, id="subject-in-british"),
    ],
)
def test_a_meeting_that_was_not_held_is_none(touchpoints, touchpoints_left_out, columns):
    rows = [event(**columns), event(id="00U2", **dict.fromkeys(columns))]

    assert [row["touchpoint_id"] for row in touchpoints({"event": rows})] == ["00U2"]
    assert touchpoints_left_out({"event": rows}) == {"not_held": 1}


def test_the_options_say_which_outcomes_are_of_meetings_that_were_not_held(touchpoints):
    rows = [event(status_c="Fell through"), event(id="00U2", status_c="Cancelled")]

    kept = touchpoints({"event": rows}, not_held=["fell through"])
    assert [row["touchpoint_id"] for row in kept] == ["00U2"]


@pytest.mark.parametrize(
    ("columns", "minutes"),
    [
        pytest.param({"duration_in_minutes": None, "end_date_time": "2020-06-03 10:45:00"}, 45.0, id="from-its-end"),
        pytest.param({"duration_in_minutes": 1440, "is_all_day_event": True}, None, id="all-day-says-nothing"),
        pytest.param({"duration_in_minutes": None}, None, id="not-known"),
    ],
)
def test_how_long_an_event_took(touchpoints, columns, minutes):
    assert [row.get("minutes") for row in touchpoints({"event": [event(**columns)]})] == [minutes]


def test_an_event_of_a_day_without_a_time_is_of_that_day(touchpoints):
    rows = touchpoints({"event": [event(start_date_time=None, activity_date="2020-06-05", is_all_day_event=True)]})

    assert [row["date"] for row in rows] == [date(2020, 6, 5)]


def test_events_without_an_account_are_left_out_and_counted(touchpoints, touchpoints_left_out):
    rows = [event(), event(id="00U2", account_id=None)]

    assert [row["touchpoint_id"] for row in touchpoints({"event": rows})] == ["00U1"]
    assert touchpoints_left_out({"event": rows}) == {"without_account": 1}


@pytest.mark.parametrize("mark", ["is_deleted", "_fivetran_deleted"])
def test_a_deleted_event_is_a_tombstone_and_is_not_counted(touchpoints, touchpoints_left_out, mark):
    rows = [event(**{mark: True}), event(id="00U2", account_id=None, **{mark: True})]

    assert [(row["touchpoint_id"], row["is_deleted"]) for row in touchpoints({"event": rows})] == [("00U1", True)]
    assert touchpoints_left_out({"event": rows}) == {}


def test_a_call_that_was_logged_is_a_touchpoint(touchpoints):
    rows = touchpoints({"event": [event()], "task": [task(is_deleted=False)]})

    assert rows[0] == {
        "account_id": ACME,
        "touchpoint_id": "00T1",
        "date": date(2020, 6, 4),
        "kind": "call",
        "minutes": 10.0,
        "is_deleted": False,
    }


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        pytest.param({"task_subtype": "Email"}, "no_call", id="e-mail"),
        pytest.param({"task_subtype": None, "type": "Call"}, None, id="call-by-its-type"),
        pytest.param({"task_subtype": None, "type": None}, "no_call", id="nothing-says-that-it-is-a-call"),
        pytest.param({"is_closed": False}, "not_done", id="not-made-yet"),
        pytest.param({"is_closed": None, "status": "Not Started"}, "not_done", id="not-made-yet-by-its-status"),
        pytest.param({"call_disposition": "No Answer"}, "not_held", id="no-answer"),
        pytest.param({"call_disposition": "Interested"}, None, id="another-outcome"),
        pytest.param({"account_id": None}, "without_account", id="without-account"),
        pytest.param({"activity_date": None, "completed_date_time": "2020-06-05 10:00:00"}, None, id="no-date"),
    ],
)
def test_tasks_count_that_are_calls_and_were_made(touchpoints, touchpoints_left_out, columns, reason):
    tables = {"event": [event()], "task": [task(**columns)]}

    assert [row["touchpoint_id"] for row in touchpoints(tables)] == (["00U1"] if reason else ["00T1", "00U1"])
    assert touchpoints_left_out(tables) == ({reason: 1} if reason else {})


def test_inbound_calls_are_time_that_customers_asked_for_where_the_options_say_so(touchpoints):
    tables = {"event": [event()], "task": [task(call_type="Inbound"), task(id="00T2")]}

    assert [row["is_customer_initiated"] for row in touchpoints(tables, customer_initiated="inbound_calls")] == [
        True,
        False,
        False,
    ]
    assert not [row for row in touchpoints(tables) if "is_customer_initiated" in row]


def test_touchpoints_find_their_account_by_either_form_of_its_id(touchpoints):
    rows = [event(account_id=ACME_15), event(id="00U2", account_id=BETA)]
    tables = {"event": rows, "task": [task(account_id=BETA_15)], "account_map": [mapped(BETA_15, "7")]}

    assert [row["account_id"] for row in touchpoints(tables)] == ["7", ACME, "7"]
