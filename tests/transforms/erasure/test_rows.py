"""An account goes from its own rows and from those that name it; what was measured stays."""

from __future__ import annotations

from typing import Any

import pytest

from transforms.contracts import PUBLISHED
from transforms.erasure import Erasure
from transforms.erasure.rows import rewritten

GONE = Erasure("a1", "erased-0", names=("Acme",))


def erased(table: str, erasure: Erasure = GONE, **values: object) -> dict[str, Any]:
    """What becomes of those columns of a row whose others are null."""
    row = dict.fromkeys(PUBLISHED[table].columns) | values
    found = rewritten(row, PUBLISHED[table], erasure, {"tickets": frozenset({"customer"})})
    assert found.keys() == row.keys()
    assert all(found[name] is None for name in found.keys() - values.keys())
    return {name: found[name] for name in values}


def test_its_own_row_keeps_what_was_measured_but_no_name():
    own = {"account_id": "a1", "name": "Acme Holding", "arr": 1200.0, "plan": "team"}

    assert erased("account_features", **own) == own | {"account_id": "erased-0", "name": "erased-0"}


def test_the_row_of_another_account_keeps_its_name():
    other = {"account_id": "a2", "name": "Acme Holding", "arr": 1200.0}

    assert erased("account_features", **other) == other


@pytest.mark.parametrize(
    ("account_id", "audience", "recipient"),
    [
        pytest.param("a1", "customer", "erased-0", id="its customer"),
        pytest.param("a1", "owner", "ada@acme.example", id="its owner"),
        pytest.param("a2", "customer", "ada@acme.example", id="another customer"),
    ],
)
def test_the_address_of_a_message_goes_where_it_is_the_customers(account_id, audience, recipient):
    row = {"account_id": account_id, "audience": audience, "recipient": "ada@acme.example"}

    assert erased("notifications", **row)["recipient"] == recipient


@pytest.mark.parametrize(
    ("account_id", "message"),
    [
        pytest.param("a1", "erased-0, called erased-0", id="its own"),
        pytest.param(None, "erased-0, called erased-0", id="no account's"),
        pytest.param("a2", "erased-0, called Acme", id="another account's"),
    ],
)
def test_names_mean_the_account_but_in_rows_of_others(account_id, message):
    assert erased("notifications", account_id=account_id, message="a1, called Acme")["message"] == message


def test_lists_are_searched_word_by_word():
    assert erased("tier_changes", account_id=None, drivers=["a1 grew", "a10", 7])["drivers"] == [
        "erased-0 grew", "a10", 7,
    ]  # fmt: skip


def test_a_word_of_the_contract_is_no_account():
    row = {"account_id": "exit", "kind": "exit", "change_id": "2025-01:exit:1:exit"}

    assert erased("tier_changes", Erasure("exit", "erased-0"), **row) == {
        "account_id": "erased-0", "kind": "exit", "change_id": "2025-01:exit:1:erased-0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "read"),
    [
        pytest.param("tickets", '{"customer":"erased-0"}', id="a column of ids"),
        pytest.param("usage", '{"customer":"5"}', id="a column of something else"),
    ],
)
def test_a_row_as_it_was_read_loses_ids_where_its_source_has_them(source, read):
    row = {"source": source, "row_as_read": '{"customer":"5"}'}

    assert erased("quarantine", Erasure("5", "erased-0"), **row)["row_as_read"] == read
