"""Rows that say themselves why a required column has no value."""

from __future__ import annotations

from tests.sql.sources.conftest import CONSTANTS, refused_rows, sentence_of

ROWS = """
    select 'S1' as subscription_id, null as mrr, 'its price has tiers that are not landed' as held_back_because
    union all
    select 'S2', '5', null
    union all
    select 'S3', null, null
"""


def test_the_reason_of_a_row_is_told_instead_of_nothing(table):
    dull = {name: value for name, value in CONSTANTS["subscriptions"].items() if name not in {"subscription_id", "mrr"}}
    source = table("subscriptions", sql=ROWS, constants=dull)

    assert source.usable().collect()["subscription_id"].to_list() == ["S2"]
    assert [error["got"] for errors in refused_rows(source)["errors"] for error in errors] == [
        "its price has tiers that are not landed",
        None,
    ]
    assert "2 in mrr (got 'its price has tiers that are not landed' in the query of sources.subscriptions row 1, " in (
        sentence_of(source)
    )
