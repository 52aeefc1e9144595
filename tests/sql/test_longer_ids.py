"""Which ids of a warehouse hold an account's, so that they go with it or keep it from being found in others."""

from __future__ import annotations

import json

import pytest

from sql.dialects import load
from sql.engine import transaction
from sql.longer_ids import accounts_holding, examples_of_ids, quarantined_ids
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.erasure import Erasure

GONE = Erasure("A-1", "erased-0")


@pytest.fixture
def found(engine):
    """What a search finds in a warehouse with some rows in one table."""

    def searched(table, given, search, *more):
        with transaction(engine) as connection:
            load(connection, table, rows(PUBLISHED[table], given))
            return search(connection, *more)

    return searched


def test_other_accounts_that_hold_the_id_are_found_letter_by_letter(found):
    given = [{"account_id": one} for one in ("A-1", "A-1-EU", "B-A-1", "A-10", "a-1-x", "A-2", "A_1")]

    assert found("account_features", given, accounts_holding, "A-1") == {"A-1-EU", "B-A-1", "A-10"}


def test_ids_of_quarantined_rows_are_found_under_the_names_that_sources_give_them(found):
    read = [
        ("invoices", {"Number": "INV-A-1", "Customer": "B", "Note": "like T-A-1"}),
        ("invoices", {"Number": None, "Customer": "A-1"}),
        ("tickets", {"Number": "INV-A-1-7", "id": 5, "of": "A-1"}),
        ("usage", {"Number": "S-A-1"}),
    ]
    given = [{"source": source, "row_as_read": json.dumps(row)} for source, row in read]
    given += [{"source": "invoices", "row_as_read": text} for text in ("no JSON of A-1", '["A-1"]')]
    columns = {"invoices": frozenset({"Number", "Other"}), "tickets": frozenset({"id"})}

    assert found("quarantine", given, quarantined_ids, GONE, columns) == {"INV-A-1", "5"}


@pytest.mark.parametrize(
    ("check", "message", "has_examples"),
    [
        pytest.param("invoices.key.unique", "2 of 9 rows break key.unique, such as 'INV-A-1'", True, id="a key"),
        pytest.param("tickets.ticket_id.required", "such as 'INV-A-1'; expected", True, id="a column"),
        pytest.param("quarantined.usage", "in user_id (got 'INV-A-1' in a.csv)", True, id="too many rows"),
        pytest.param("quarantined.usage", "in events (got 'INV-A-1' in a.csv)", False, id="other values"),
        pytest.param("invoices.account_id.reference", "such as 'INV-A-1'", False, id="accounts"),
        pytest.param("accounts.key.unique", "such as 'INV-A-1'", False, id="the key of accounts"),
        pytest.param("fleet_shift", "invoice_id of INV-A-1", False, id="no source"),
    ],
)
def test_words_of_findings_about_ids_may_be_examples_of_them(found, check, message, has_examples):
    given = [{"run_id": "r", "check": check, "message": message}]

    assert ("INV-A-1" in found("check_results", given, examples_of_ids, GONE)) == has_examples
