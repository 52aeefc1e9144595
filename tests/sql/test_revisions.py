"""Former revisions come back as they were published."""

from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal

from sql.dialects import execute, read
from sql.engine import transaction
from sql.revisions import RESTATED, revisions_of, rows_of_revision
from tests.sql.months import FEBRUARY, JANUARY

ACCOUNTS = {
    'a "quoted" one': {
        "tier": "low_touch",
        "arr": 0.1 + 0.2,
        "last_base_move_month": JANUARY.first_day,
        "is_lift_affordable": True,
        "months_to_wait": 3,
        "health": 1 / 3,
    },
    "b": {"tier": "high_touch", "arr": 123_456_789.01, "reasons": "score, or ä\n\\", "priority": None},
}


@pytest.fixture
def rows_of(engine):
    def of(table, revision, newest=2):
        with transaction(engine) as connection:
            return rows_of_revision(connection, table, JANUARY, revision, newest)

    return of


@pytest.mark.parametrize("table", RESTATED)
def test_a_former_revision_has_the_rows_that_were_in_force_then(publish_month, rows_of, table):
    publish_month(JANUARY, ACCOUNTS)
    then = rows_of(table, 1, newest=1)
    publish_month(JANUARY, {"b": {"tier": "mid_touch", "arr": 5.0}})

    assert then.height == 2
    assert_frame_equal(rows_of(table, 1), then)
    assert rows_of(table, 2)["account_id"].to_list() == ["b"]


def test_revisions_and_months_do_not_mix(publish_month, rows_of):
    publish_month(FEBRUARY, {"other month": {}})
    for accounts in ("a", "b", "c"):
        publish_month(JANUARY, {accounts: {}})

    assert [rows_of("account_tiers", revision, newest=3)["account_id"].to_list() for revision in (1, 2, 3)] == [
        ["a"],
        ["b"],
        ["c"],
    ]


def test_a_column_that_was_not_there_yet_is_null_and_one_that_is_gone_is_left_out(publish_month, rows_of, engine):
    publish_month(JANUARY, {"a": {"owner": "Ada"}})
    publish_month(JANUARY, {"a": {"arr": 2.0}})
    with transaction(engine) as connection:
        former = read(connection, "select former_row from restatements where table_name = 'account_tiers'").item()
        execute(
            connection,
            "update restatements set former_row = :row where table_name = 'account_tiers'",
            row=former.replace('"owner"', '"keeper"'),
        )

    assert rows_of("account_tiers", 1).select("account_id", "owner").rows() == [("a", None)]


def test_each_revision_has_the_run_that_made_it(publish_month, engine):
    publish_month(JANUARY, {"a": {}})
    publish_month(JANUARY, {"a": {"arr": 2.0}}, hour=5)
    publish_month(JANUARY, {"a": {"arr": 2.0}}, hour=6)

    with transaction(engine) as connection:
        assert revisions_of(connection, JANUARY).select("revision", "run_id").rows() == [
            (1, "2025-01-1"),
            (2, "2025-01-5"),
        ]
        assert revisions_of(connection, FEBRUARY).is_empty()
