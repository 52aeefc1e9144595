"""A term that ends before it begins is held back, from whichever file it is read."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.sql.sources.conftest import CONSTANTS, refused_rows, sentence_of

TERMS = pl.DataFrame(
    {
        "subscription_id": ["S1", "S2", "S3", "S4"],
        "start_date": [date(2026, 3, 1)] * 4,
        "end_date": [date(2027, 2, 28), date(2026, 3, 1), date(2026, 2, 28), None],
    }
)
"""A year, one day, an end a day before its beginning, and no end."""

DULL = {name: value for name, value in CONSTANTS["subscriptions"].items() if name not in TERMS.columns}


@pytest.fixture(params=["csv", "ndjson", "parquet"])
def subscriptions(request, table, project):
    """Read terms from a file of each format."""

    def write(frame, **spec):
        getattr(frame, f"write_{request.param}")(project / f"terms.{request.param}")
        constants = {name: value for name, value in DULL.items() if name not in frame.columns}
        return table("subscriptions", path=f"terms.{request.param}", constants=constants, **spec)

    return write


def test_a_term_that_ends_before_it_begins_is_held_back(subscriptions):
    source = subscriptions(TERMS)

    assert source.usable().collect()["subscription_id"].to_list() == ["S1", "S2", "S4"]
    [row] = refused_rows(source).to_dicts()
    assert (row["subscription_id"], row["end_date"], row["position"]) == ("S3", date(2026, 2, 28), 3)
    assert row["errors"] == [{"rule": "end_date.order", "column": "end_date", "got": "2026-02-28"}]
    assert source.rows_read() == 4


def test_terms_in_order_are_read_where_they_are(table, project):
    TERMS.filter(pl.col("subscription_id") != "S3").write_parquet(project / "terms.parquet")
    source = table("subscriptions", path="terms.parquet", constants=DULL)

    assert source.usable().collect().height == 3
    assert source.changed_files() == []
    assert not list(project.rglob("staged/**/all-*.parquet"))


def test_the_sentence_says_what_was_expected(table, project):
    (project / "terms.csv").write_text(
        "subscription_id,start_date,end_date\nS1,2026-03-01,2026-02-28\nS2,2026-03-01,soon\n"
    )
    sentence = sentence_of(table("subscriptions", path="terms.csv", constants=DULL))

    assert "1 in end_date (got 'soon' in terms.csv data row 2; expected a date written YYYY-MM-DD)" in sentence
    assert (
        "1 in end_date (got '2026-02-28' in terms.csv data row 1; expected a day not before its start_date)" in sentence
    )


def test_a_constant_end_is_compared_too(table, project):
    (project / "terms.csv").write_text("subscription_id,start_date\nS1,2026-03-01\nS2,2026-01-01\n")
    source = table("subscriptions", path="terms.csv", constants=DULL | {"end_date": "2026-02-01"})

    assert source.usable().collect()["subscription_id"].to_list() == ["S2"]


def test_a_version_that_ended_on_its_first_day_stays(table, project):
    """Such versions are what history tables hold of accounts that changed twice on a day."""
    (project / "accounts.csv").write_text(
        "account_id,name,created_date,valid_from,valid_to\nA,Acme,2025-01-01,2026-03-02,2026-03-01\n"
    )
    assert table("accounts", path="accounts.csv").usable().collect().height == 1
