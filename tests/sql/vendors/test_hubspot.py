"""The kit for HubSpot: each rule on both engines, with rows worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


def company(own_id: str = "1", **columns: Any) -> dict[str, Any]:
    """A company that was created on 5 March 2019."""
    return {"id": own_id, "property_name": "Acme", "property_createdate": "2019-03-05 10:00:00", **columns}


def meeting(own_id: str = "50", **columns: Any) -> dict[str, Any]:
    """A meeting of an hour on 3 June 2020."""
    return {
        "engagement_id": own_id,
        "start_time": "2020-06-03 10:00:00",
        "end_time": "2020-06-03 11:00:00",
        "meeting_outcome": "COMPLETED",
        **columns,
    }


def call(own_id: str = "60", **columns: Any) -> dict[str, Any]:
    """A call of five minutes on 4 June 2020."""
    return {
        "engagement_id": own_id,
        "property_hs_timestamp": "2020-06-04 10:00:00",
        "property_hs_call_duration": 300_000,
        "property_hs_call_status": "COMPLETED",
        "property_hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
        "property_hs_call_direction": "OUTBOUND",
        **columns,
    }


def with_company(engagement: str, company_id: str = "1", **columns: Any) -> dict[str, Any]:
    """An association of an engagement with a company."""
    return {"engagement_id": engagement, "company_id": company_id, "type_id": 8, **columns}


def mapped(vendor_id: str, account_id: str) -> dict[str, str]:
    return {"system": "hubspot_company", "vendor_id": vendor_id, "account_id": account_id}


@pytest.fixture
def accounts(make):
    """Land companies and other tables, and return the accounts that the kit makes."""

    def made(*companies, options=None, **tables):
        return make("hubspot", "accounts", {"company": companies, **tables}, **(options or {}))

    return made


@pytest.fixture
def merges(make):
    """The same for merges."""

    def made(*companies, **tables):
        return make("hubspot", "account_merges", {"company": companies, **tables})

    return made


@pytest.fixture
def touchpoints(make):
    """Land tables, a company among them, and return the touchpoints that the kit makes."""

    def made(options=None, **tables):
        return make("hubspot", "touchpoints", {"company": [company()], **tables}, **(options or {}))

    return made


@pytest.fixture
def touchpoints_left_out(count):
    """The same for what is left out."""

    def counted(options=None, **tables):
        return count("hubspot", "touchpoints", {"company": [company()], **tables}, **(options or {}))

    return counted


def test_an_account_has_the_columns_of_the_contract(accounts):
    columns = {
        "property_industry": "Tools",
        "property_numberofemployees": 50,
        "property_country": "DE",
        "property_hs_parent_company_id": 2,
    }

    assert accounts(company(is_deleted=False, **columns)) == [
        {
            "account_id": "1",
            "name": "Acme",
            "created_date": date(2019, 3, 5),
            "parent_account_id": "2",
            "industry": "Tools",
            "employees": 50,
            "country": "DE",
            "is_deleted": False,
        }
    ]


@pytest.mark.parametrize("prefix", ["", "property_", "properties_"])
def test_columns_are_found_whatever_a_connector_puts_before_them(accounts, prefix):
    landed = {
        "id": "1",
        f"{prefix}name": "Acme",
        f"{prefix}createdate": "2019-03-05 10:00:00",
        f"{prefix}country": "DE",
    }

    assert accounts(landed) == [
        {
            "account_id": "1",
            "name": "Acme",
            "created_date": date(2019, 3, 5),
            "country": "DE",
            "is_deleted": False,
        }
    ]


@pytest.mark.parametrize("mark", ["is_deleted", "_fivetran_deleted", "archived"])
def test_a_soft_delete_is_a_tombstone_by_whatever_mark(accounts, mark):
    rows = accounts(company(**{mark: True}), company("2", **{mark: None}))

    assert [(row["account_id"], row["is_deleted"]) for row in rows] == [("1", True), ("2", False)]


def test_a_company_that_the_map_names_is_listed_under_that_name_or_left_out(accounts, count):
    companies = [company(), company("2", property_hs_parent_company_id="1")]
    tables = {"account_map": [mapped("1", "A")]}

    rows = accounts(*companies, **tables)
    assert [(row["account_id"], row.get("parent_account_id")) for row in rows] == [("2", "A"), ("A", None)]

    left = {"mapped_accounts": "left_out"}
    assert [row["account_id"] for row in accounts(*companies, options=left, **tables)] == ["2"]
    assert count("hubspot", "accounts", {"company": companies, **tables}, **left) == {"mapped": 1}


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        pytest.param({}, "Old", id="the-older-one"),
        pytest.param({"is_deleted": True}, "Young", id="the-one-that-is-still-there"),
    ],
)
def test_of_several_companies_of_one_account_one_stands(accounts, count, first, expected):
    companies = [company("9", property_name="Old", **first), company("10", property_name="Young", is_deleted=False)]
    tables = {"account_map": [mapped("9", "A"), mapped("10", "A")]}

    assert [(row["account_id"], row["name"]) for row in accounts(*companies, **tables)] == [("A", expected)]
    assert count("hubspot", "accounts", {"company": companies, **tables}) == {"same_account": 1}


@pytest.mark.parametrize("written", ["2;3", "[2, 3]", '["2","3"]', "2; 3"])
def test_companies_that_were_merged_are_named_by_the_one_that_they_went_into(merges, written):
    rows = merges(
        company(property_hs_merged_object_ids=written),
        company("2", property_createdate="2018-02-02 10:00:00"),
        company("4", property_hs_merged_object_ids=""),
    )

    # Company 2 is still landed, so that its creation is known; of company 3 that of the other one stands in.
    assert rows == [
        {"from_account_id": "2", "into_account_id": "1", "date": date(2018, 2, 2)},
        {"from_account_id": "3", "into_account_id": "1", "date": date(2019, 3, 5)},
    ]


def test_a_merge_makes_a_new_company_that_names_both(merges):
    rows = merges(
        company("1", is_deleted=True),
        company("2", is_deleted=True),
        company("3", property_hs_merged_object_ids="1;2;3", is_deleted=False),
    )

    assert [(row["from_account_id"], row["into_account_id"]) for row in rows] == [("1", "3"), ("2", "3")]


def test_of_companies_that_name_one_that_which_is_still_there_counts(merges):
    rows = merges(
        company("1", is_deleted=True),
        company("2", property_hs_merged_object_ids="1", is_deleted=False),
        company("3", property_hs_merged_object_ids="1", is_deleted=True),
    )

    assert [(row["from_account_id"], row["into_account_id"]) for row in rows] == [("1", "2")]


def test_merges_are_read_from_a_table_of_them_too(merges):
    rows = merges(company(), merged_company=[{"company_id": "1", "merged_company_id": "2"}])

    assert rows == [{"from_account_id": "2", "into_account_id": "1", "date": date(2019, 3, 5)}]


def test_merges_are_between_the_accounts_that_the_map_names(merges, count):
    companies = [company(property_hs_merged_object_ids="2;3"), company("2"), company("3")]
    tables = {"account_map": [mapped("1", "A"), mapped("2", "A")]}

    assert [(row["from_account_id"], row["into_account_id"]) for row in merges(*companies, **tables)] == [("3", "A")]
    assert count("hubspot", "account_merges", {"company": companies, **tables}) == {"same_after_map": 1}


def test_meetings_and_calls_are_touchpoints(touchpoints):
    rows = touchpoints(
        engagement_meeting=[meeting()],
        engagement_call=[call()],
        engagement_company=[with_company("50"), with_company("60")],
    )

    assert rows == [
        {
            "account_id": "1",
            "touchpoint_id": "50-1",
            "date": date(2020, 6, 3),
            "kind": "meeting",
            "minutes": 60.0,
            "is_deleted": False,
        },
        {
            "account_id": "1",
            "touchpoint_id": "60-1",
            "date": date(2020, 6, 4),
            "kind": "call",
            "minutes": 5.0,
            "is_deleted": False,
        },
    ]


def test_a_meeting_with_two_companies_is_a_touchpoint_of_each(touchpoints):
    rows = touchpoints(
        engagement_meeting=[meeting()], engagement_company=[with_company("50", "1"), with_company("50", "2")]
    )

    assert [(row["touchpoint_id"], row["account_id"], row["minutes"]) for row in rows] == [
        ("50-1", "1", 60.0),
        ("50-2", "2", 60.0),
    ]


def test_two_kinds_of_association_with_a_company_are_one_touchpoint(touchpoints, touchpoints_left_out):
    tables = {
        "engagement_meeting": [meeting()],
        "engagement_company": [with_company("50"), with_company("50", type_id=182)],
    }

    assert [row["touchpoint_id"] for row in touchpoints(**tables)] == ["50-1"]
    assert touchpoints_left_out(**tables) == {}


def test_two_companies_of_one_account_are_met_once(touchpoints):
    rows = touchpoints(
        engagement_meeting=[meeting()],
        engagement_company=[with_company("50", "1"), with_company("50", "2")],
        account_map=[mapped("1", "A"), mapped("2", "A")],
    )

    assert [(row["touchpoint_id"], row["account_id"]) for row in rows] == [("50-1", "A")]


def test_a_company_that_was_merged_and_the_one_that_it_went_into_are_met_once(touchpoints):
    rows = touchpoints(
        company=[company("3", property_hs_merged_object_ids="1;2")],
        engagement_meeting=[meeting(), meeting("51")],
        engagement_company=[with_company("50", "1"), with_company("50", "3"), with_company("51", "2")],
    )

    assert [(row["touchpoint_id"], row["account_id"]) for row in rows] == [("50-3", "3"), ("51-2", "2")]


@pytest.mark.parametrize("outcome", ["CANCELED", "NO_SHOW", "no-show", "Cancelled", "RESCHEDULED"])
@pytest.mark.parametrize("name", ["meeting_outcome", "property_hs_meeting_outcome"])
def test_a_meeting_that_was_not_held_is_none(touchpoints, touchpoints_left_out, outcome, name):
    landed = {key: value for key, value in meeting().items() if key != "meeting_outcome"}
    tables = {
        "engagement_meeting": [landed | {name: outcome}, landed | {"engagement_id": "51", name: None}],
        "engagement_company": [with_company("50", "1"), with_company("50", "2"), with_company("51")],
    }

    assert [row["touchpoint_id"] for row in touchpoints(**tables)] == ["51-1"]
    assert touchpoints_left_out(**tables) == {"not_held": 1}


def test_where_a_connector_renamed_columns_each_row_has_what_it_has(touchpoints):
    old = meeting(property_hs_meeting_outcome=None, property_hs_meeting_start_time=None)
    new = meeting(
        "51",
        meeting_outcome=None,
        start_time=None,
        end_time=None,
        property_hs_meeting_outcome="CANCELED",
        property_hs_meeting_start_time="2020-06-05 10:00:00",
    )
    held = {**new, "engagement_id": "52", "property_hs_meeting_outcome": "COMPLETED"}
    associations = [with_company("50"), with_company("51"), with_company("52")]

    rows = touchpoints(engagement_meeting=[old, new, held], engagement_company=associations)

    assert [(row["touchpoint_id"], str(row["date"]), row.get("minutes")) for row in rows] == [
        ("50-1", "2020-06-03", 60.0),
        ("52-1", "2020-06-05", None),
    ]


@pytest.mark.parametrize(
    ("columns", "is_reached"),
    [
        pytest.param({}, True, id="connected"),
        pytest.param({"property_hs_call_status": None, "property_hs_call_disposition": None}, True, id="only-logged"),
        pytest.param({"property_hs_call_status": "NO_ANSWER"}, False, id="not-completed"),
        pytest.param(
            {"property_hs_call_disposition": "73a0d17f-1163-4015-bdd5-ec830791da20"}, False, id="outcome-no-answer"
        ),
        pytest.param(
            {"property_hs_call_disposition": "B2CF5968-551E-4856-9783-52B3DA59A7D0"}, False, id="outcome-voicemail"
        ),
        pytest.param({"property_hs_call_disposition": "6b1c2a3d-0000-4000-8000-000000000000"}, True, id="own-outcome"),
    ],
)
def test_a_call_that_reached_nobody_is_none(touchpoints, touchpoints_left_out, columns, is_reached):
    tables = {"engagement_call": [call(**columns)], "engagement_company": [with_company("60")]}

    assert [row["touchpoint_id"] for row in touchpoints(**tables)] == (["60-1"] if is_reached else [])
    assert touchpoints_left_out(**tables) == ({} if is_reached else {"not_held": 1})


def test_engagements_without_a_company_are_left_out_and_counted(touchpoints, touchpoints_left_out):
    tables = {
        "engagement_meeting": [meeting(), meeting("51")],
        "engagement_call": [call()],
        "engagement_company": [with_company("50"), with_company("99")],
    }

    assert [row["touchpoint_id"] for row in touchpoints(**tables)] == ["50-1"]
    assert touchpoints_left_out(**tables) == {"without_company": 2}


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"engagement_meeting": [meeting(_fivetran_deleted=True)]}, id="the-meeting"),
        pytest.param({"engagement": [{"id": "50", "active": False}]}, id="an-engagement-that-is-not-active"),
        pytest.param({"engagement": [{"id": "50", "_fivetran_deleted": True}]}, id="the-engagement"),
        pytest.param({"engagement_company": [with_company("50", _fivetran_deleted=True)]}, id="the-association"),
    ],
)
def test_what_was_deleted_is_a_tombstone(touchpoints, tables):
    landed = {"engagement_meeting": [meeting()], "engagement_company": [with_company("50")], **tables}

    assert [(row["touchpoint_id"], row["is_deleted"]) for row in touchpoints(**landed)] == [("50-1", True)]


def test_an_association_that_was_removed_takes_nothing_from_another_one(touchpoints):
    associations = [
        with_company("50", _fivetran_deleted=True),
        with_company("50", type_id=182, _fivetran_deleted=False),
    ]
    rows = touchpoints(engagement_meeting=[meeting()], engagement_company=associations)

    assert [row["is_deleted"] for row in rows] == [False]


def test_a_meeting_without_a_time_of_its_own_was_when_its_engagement_was(touchpoints):
    rows = touchpoints(
        engagement_meeting=[meeting(start_time=None, end_time=None)],
        engagement=[{"id": "50", "timestamp": "2020-06-07 10:00:00"}],
        engagement_company=[with_company("50")],
    )

    assert [row["date"] for row in rows] == [date(2020, 6, 7)]


def test_inbound_calls_are_time_that_customers_asked_for_where_the_options_say_so(touchpoints):
    tables = {
        "engagement_meeting": [meeting()],
        "engagement_call": [call(property_hs_call_direction="INBOUND"), call("61")],
        "engagement_company": [with_company("50"), with_company("60"), with_company("61")],
    }

    asked = [
        row["is_customer_initiated"] for row in touchpoints(options={"customer_initiated": "inbound_calls"}, **tables)
    ]
    assert asked == [False, True, False]
    assert not [row for row in touchpoints(**tables) if "is_customer_initiated" in row]
