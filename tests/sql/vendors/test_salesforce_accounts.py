"""The kit for Salesforce, accounts and their merges: each rule on both engines, with rows worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sql.vendors.conftest import rows_of
from tests.sql.vendors.salesforce import ACME, ACME_15, BETA, BETA_15, account, mapped, of_salesforce, version


@pytest.fixture
def accounts(make):
    return of_salesforce(make, "accounts")


@pytest.fixture
def accounts_left_out(count):
    return of_salesforce(count, "accounts")


@pytest.fixture
def merges(make):
    return of_salesforce(make, "account_merges")


def spans(rows: list[dict[str, Any]]) -> list[tuple[str | None, str | None]]:
    """The first and last day of each row, as text."""
    return [tuple(str(row[day]) if day in row else None for day in ("valid_from", "valid_to")) for row in rows]


def test_an_account_has_the_columns_of_the_contract(accounts):
    columns = {"industry": "Tools", "number_of_employees": 50, "billing_country": "DE", "parent_id": BETA}

    assert accounts({"account": [account(**columns)]}) == [
        {
            "account_id": ACME,
            "name": "Acme",
            "created_date": date(2019, 3, 5),
            "parent_account_id": BETA,
            "industry": "Tools",
            "employees": 50,
            "country": "DE",
            "is_deleted": False,
        }
    ]


def test_of_several_versions_on_one_day_the_last_one_stands(accounts, accounts_left_out):
    versions = [
        version("2019-01-01 10:00:00", "2020-06-10 08:59:59.999", number_of_employees=10),
        version("2020-06-10 09:00:00", "2020-06-10 14:59:59.999", number_of_employees=50),
        version("2020-06-10 15:00:00", number_of_employees=500),
    ]

    rows = accounts({"account_history": versions})

    assert [row["employees"] for row in rows] == [10, 500]
    assert spans(rows) == [(None, "2020-06-09"), ("2020-06-10", None)]
    assert accounts_left_out({"account_history": versions}) == {"short_version": 1}


def test_of_versions_that_overlap_from_one_day_on_the_last_one_stands(accounts):
    versions = [
        version("2019-01-01 10:00:00", "2020-06-09 23:59:59.999", number_of_employees=10),
        version("2020-06-10 09:00:00", "2020-06-20 12:00:00", number_of_employees=50),
        version("2020-06-10 15:00:00", number_of_employees=500),
    ]

    assert [row["employees"] for row in accounts({"account_history": versions})] == [10, 500]


@pytest.mark.parametrize(
    ("until", "since", "last_day"),
    [
        pytest.param(
            "2020-06-09 23:59:59.999", "2020-06-10 00:00:00", "2020-06-09", id="a-millisecond-before-midnight"
        ),
        pytest.param("2020-06-09 23:59:59", "2020-06-10 00:00:00", "2020-06-09", id="a-second-before-midnight"),
        pytest.param("2020-06-10 00:00:00", "2020-06-10 00:00:00", "2020-06-09", id="at-midnight"),
        pytest.param("2020-06-10 08:59:59.999", "2020-06-10 09:00:00", "2020-06-09", id="within-a-day"),
        pytest.param("2020-06-30 23:59:59.999", "2020-07-01 00:00:00", "2020-06-30", id="at-the-end-of-a-month"),
    ],
)
def test_a_version_holds_to_the_last_day_at_whose_end_it_stood(accounts, until, since, last_day):
    rows = accounts({"account_history": [version("2019-01-01 10:00:00", until), version(since)]})

    assert spans(rows) == [(None, last_day), (since[:10], None)]


def test_the_first_version_has_no_beginning_since_the_account_was_there_before(accounts):
    rows = accounts({"account_history": [version("2020-02-03 10:00:00")]})

    assert spans(rows) == [(None, None)]


def test_history_mode_is_seen_in_a_table_without_history_in_its_name(accounts):
    versions = [version("2019-01-01 10:00:00", "2020-06-10 08:59:59.999"), version("2020-06-10 09:00:00")]

    assert spans(accounts({"account": versions})) == [(None, "2020-06-09"), ("2020-06-10", None)]


def test_a_table_with_history_is_read_rather_than_one_without(accounts):
    tables = {"account": [account(name="today")], "account_history": [version("2019-01-01 10:00:00", name="history")]}

    assert [row["name"] for row in accounts(tables)] == ["history"]


def test_an_account_that_was_deleted_ends_with_the_day_before(accounts):
    versions = [
        version("2019-01-01 10:00:00", "2020-06-10 08:59:59.999"),
        version("2020-06-10 09:00:00", is_deleted=True),
    ]

    rows = accounts({"account_history": versions})

    assert spans(rows) == [(None, "2020-06-09"), ("2020-06-10", None)]
    assert [row["is_deleted"] for row in rows] == [False, True]


def test_an_account_whose_last_version_ended_is_gone_since(accounts):
    assert spans(accounts({"account_history": [version("2019-01-01 10:00:00", "2020-06-10 09:00:00")]})) == [
        (None, "2020-06-09")
    ]


@pytest.mark.parametrize(
    "marks",
    [
        pytest.param({"is_deleted": True}, id="is_deleted"),
        pytest.param({"_fivetran_deleted": True}, id="_fivetran_deleted"),
        pytest.param({"isdeleted": True}, id="isdeleted"),
        pytest.param({"is_deleted": False, "_fivetran_deleted": True}, id="one-of-two-marks"),
        pytest.param({"is_deleted": True, "_fivetran_deleted": None}, id="the-other-of-two-marks"),
    ],
)
def test_a_soft_delete_is_a_tombstone_by_whatever_mark(accounts, marks):
    landed = {name: value for name, value in account().items() if name != "is_deleted"}

    assert [row["is_deleted"] for row in accounts({"account": [landed | marks]})] == [True]


def test_an_account_without_a_day_of_creation_counts_from_when_it_was_first_seen(accounts):
    versions = [
        version("2020-02-03 10:00:00", "2020-06-10 08:59:59.999", created_date=None),
        version("2020-06-10 09:00:00", created_date=None),
    ]

    assert {row["created_date"] for row in accounts({"account_history": versions})} == {date(2020, 2, 3)}


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        (ACME_15, ACME),
        (BETA_15, BETA),
        ("0014000000ABCDE", "0014000000ABCDEAA5"),  # five capitals: 1 + 2 + 4 + 8 + 16 = 31, the last of A-Z and 0-5
        ("0014000000abcde", "0014000000abcdeAAA"),
        ("001A00000bCdEfG", "001A00000bCdEfGIAV"),  # 8 is I; none is A; C, E and G are 1 + 4 + 16 = 21, which is V
    ],
)
def test_an_id_of_15_characters_becomes_that_of_18(accounts, short, whole):
    rows = accounts({"account": [account(short), account(BETA, parent_id=short)]})

    assert {row["account_id"] for row in rows} == {whole, BETA}
    assert {row["parent_account_id"] for row in rows if "parent_account_id" in row} == {whole}


def test_ids_that_differ_only_in_case_are_two_accounts(accounts):
    rows = accounts({"account": [account("001q000000wW9Be"), account("001q000000ww9bE")]})

    assert [row["account_id"] for row in rows] == ["001q000000wW9BeAAK", "001q000000ww9bEAAQ"]


def test_accounts_may_be_named_by_their_first_15_characters(accounts):
    rows = accounts({"account": [account(ACME), account(BETA_15, parent_id=ACME)]}, id_length=15)

    assert [(row["account_id"], row.get("parent_account_id")) for row in rows] == [
        (BETA_15, ACME_15),
        (ACME_15, None),
    ]


@pytest.mark.parametrize("vendor_id", [ACME, ACME_15])
def test_an_account_that_the_map_names_is_listed_under_that_name(accounts, vendor_id):
    tables = {"account": [account(), account(BETA, parent_id=ACME)], "account_map": [mapped(vendor_id, "7")]}

    rows = accounts(tables)

    assert [(row["account_id"], row.get("parent_account_id")) for row in rows] == [(BETA, "7"), ("7", None)]


def test_accounts_that_another_system_lists_may_be_left_out(accounts, accounts_left_out):
    versions = [version("2019-01-01 10:00:00", "2020-06-10 08:59:59.999"), version("2020-06-10 09:00:00")]
    tables = {"account_history": [*versions, {**versions[0], "id": BETA}], "account_map": [mapped(ACME, "7")]}

    assert [row["account_id"] for row in accounts(tables, mapped_accounts="left_out")] == [BETA]
    assert accounts_left_out(tables, mapped_accounts="left_out") == {"mapped": 1}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(account(BETA, name="Beta"), "Beta", id="the-smaller-id"),
        pytest.param(account(BETA, name="Beta", is_deleted=True), "Acme", id="the-one-that-is-still-there"),
    ],
)
def test_of_several_records_of_one_account_one_stands(accounts, accounts_left_out, second, expected):
    tables = {"account": [account(), second], "account_map": [mapped(ACME, "7"), mapped(BETA, "7")]}

    assert [(row["account_id"], row["name"]) for row in accounts(tables)] == [("7", expected)]
    assert accounts_left_out(tables) == {"same_account": 1}


def test_a_merge_is_of_the_day_on_which_it_was_recorded(merges):
    versions = [
        version("2019-01-01 10:00:00", "2020-06-10 08:59:59.999", master_record_id=None),
        version("2020-06-10 09:00:00", "2020-06-12 08:59:59.999", master_record_id=BETA, is_deleted=True),
        version("2020-06-12 09:00:00", master_record_id=BETA, is_deleted=True),
        version("2019-01-01 10:00:00", id=BETA, master_record_id=None),
    ]

    assert merges({"account_history": versions}) == [
        {"from_account_id": ACME, "into_account_id": BETA, "date": date(2020, 6, 10)}
    ]


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param(
            {"account": [account(master_record_id=BETA, is_deleted=True), account(BETA)]},
            id="no-history",
        ),
        pytest.param(
            {
                "account_history": [
                    version("2020-02-03 10:00:00", master_record_id=BETA, is_deleted=True),
                    version("2020-02-03 10:00:00", id=BETA),
                ]
            },
            id="older-than-the-history",
        ),
    ],
)
def test_a_merge_of_an_account_that_was_in_no_month_holds_from_its_creation(merges, tables):
    assert merges(tables) == [{"from_account_id": ACME, "into_account_id": BETA, "date": date(2019, 3, 5)}]


def test_an_account_that_was_restored_is_not_merged(merges):
    versions = [
        version("2019-01-01 10:00:00", "2020-06-10 08:59:59.999", master_record_id=None),
        version("2020-06-10 09:00:00", master_record_id=BETA, is_deleted=False),
        version("2019-01-01 10:00:00", id=BETA),
    ]

    assert merges({"account_history": versions}) == []


def test_each_link_of_a_chain_of_merges_is_a_row(merges):
    gone = {"is_deleted": True}
    third = "0011G00000gXz9HQAS"
    rows = [account(master_record_id=BETA_15, **gone), account(BETA, master_record_id=third, **gone), account(third)]

    assert [(row["from_account_id"], row["into_account_id"]) for row in merges({"account": rows})] == [
        (BETA, third),
        (ACME, BETA),
    ]


def test_a_merge_into_an_account_that_is_not_there_is_left_out_and_counted(merges, count):
    tables = {"account": [account(master_record_id=BETA, is_deleted=True)]}

    assert merges(tables) == []
    assert count("salesforce", "account_merges", tables) == {"into_none": 1}


def test_merges_are_between_the_accounts_that_the_map_names(merges, count):
    gone = [account(master_record_id=BETA, is_deleted=True), account(BETA)]
    one, both = [mapped(ACME_15, "7")], [mapped(ACME, "7"), mapped(BETA, "7")]

    assert [row["from_account_id"] for row in merges({"account": gone, "account_map": one})] == ["7"]
    assert merges({"account": gone, "account_map": both}) == []
    assert count("salesforce", "account_merges", {"account": gone, "account_map": both}) == {"same_after_map": 1}


def test_the_rows_of_two_crms_follow_one_another(landing):
    landing.land("salesforce", {"account": [account()]})
    landing.land(
        "hubspot", {"company": [{"id": 9, "property_name": "B", "property_createdate": "2019-01-01 10:00:00"}]}
    )

    assert [row["account_id"] for row in rows_of(landing.source("accounts", "salesforce", "hubspot"))] == [ACME, "9"]
