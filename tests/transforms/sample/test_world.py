import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from transforms.contracts import SOURCES
from transforms.month import Month
from transforms.sample import (
    ACCOUNTS,
    FEATURES,
    FIRST_MONTH,
    HISTORY_MONTH,
    LAST_MONTH,
    MONTHS,
    sample_accounts,
    sample_month,
    sample_tables,
)

ROOT = Path(__file__).parents[3]
FEW = 250
MONTHLY = ("usage", "tickets", "touchpoints", "invoices")
SOME_MONTHS = (MONTHS[0], MONTHS[11], MONTHS[-1])

FINGERPRINTS = """
import sys
from tests.transforms.sample.test_world import FEW, fingerprint
from transforms.month import Month
from transforms.sample import sample_month

for text in sys.argv[1:]:
    print(text, fingerprint(sample_month(Month.parse(text), FEW)))
"""


def fingerprint(frames: dict[str, pl.DataFrame]) -> str:
    text = "".join(frames[source].write_csv() for source in sorted(frames))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprints_of_another_process(*months: str, **environment: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINTS, *months],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split() for line in done.stdout.splitlines())


@cache
def few(month: Month) -> dict[str, pl.DataFrame]:
    return sample_month(month, FEW)


@cache
def full(month: Month) -> dict[str, pl.DataFrame]:
    return sample_month(month)


@cache
def tables(accounts: int = ACCOUNTS) -> dict[str, pl.DataFrame]:
    return sample_tables(accounts)


class TestSameWhateverIsAskedFor:
    def test_months_in_another_order_in_another_process_with_another_number_of_threads(self):
        backwards = ("2026-10", "2025-10", "2024-11")
        there = fingerprints_of_another_process(*backwards, POLARS_MAX_THREADS="1", PYTHONHASHSEED="7")
        assert there == {str(month): fingerprint(few(month)) for month in SOME_MONTHS}

    @pytest.mark.parametrize("source", MONTHLY)
    def test_accounts_are_the_same_however_many_there_are(self, source):
        month = MONTHS[14]
        fewer = sample_month(month, 100)[source]
        kept = pl.col("account_id").str.starts_with("story-") | (pl.col("account_id") <= "A-00100")
        assert fewer.equals(few(month)[source].filter(kept))

    def test_so_is_what_stands_for_itself(self):
        kept = pl.col("account_id").str.starts_with("story-") | (pl.col("account_id") <= "A-00100")
        for source in ("accounts", "subscriptions", "strategic_grants", "overrides"):
            fewer, more = tables(100)[source], tables(FEW)[source].filter(kept)
            assert fewer.sort(fewer.columns).equals(more.sort(more.columns)), source


def rows_of(source: str, accounts: int = ACCOUNTS) -> pl.DataFrame:
    if source in MONTHLY:
        return pl.concat(full(month)[source] for month in SOME_MONTHS)
    return tables(accounts)[source]


class TestContracts:
    def test_every_source_is_there(self):
        assert set(MONTHLY) | set(tables()) == set(SOURCES)

    @pytest.mark.parametrize("source", SOURCES)
    def test_schema(self, source):
        assert rows_of(source).schema == SOURCES[source].schema

    @pytest.mark.parametrize("source", SOURCES)
    def test_keys_and_moments_of_knowledge_are_unique(self, source):
        rows = rows_of(source)
        assert rows.select(*SOURCES[source].key, "known_at").is_duplicated().sum() == 0

    @pytest.mark.parametrize("source", SOURCES)
    def test_required_columns_are_filled(self, source):
        assert rows_of(source).select(SOURCES[source].required).null_count().row(0) == (0,) * len(
            SOURCES[source].required
        )

    @pytest.mark.parametrize("source", SOURCES)
    def test_values_are_allowed_and_in_range(self, source):
        rows = rows_of(source)
        for field in SOURCES[source].fields:
            values, column = rows[field.name].drop_nulls(), field.column
            if column.allowed:
                assert set(values) <= set(column.allowed), field.name
            if column.minimum is not None and len(values):
                assert values.min() >= column.minimum, field.name
            if column.maximum is not None and len(values):
                assert values.max() <= column.maximum, field.name

    @pytest.mark.parametrize("source", [name for name in SOURCES if "account_id" in SOURCES[name].columns])
    def test_accounts_exist(self, source):
        assert set(rows_of(source)["account_id"]) <= set(tables()["accounts"]["account_id"])

    def test_parents_exist_and_never_lead_in_a_circle(self):
        accounts = tables()["accounts"].filter(pl.col("parent_account_id").is_not_null())
        assert accounts["account_id"].n_unique() > 50
        assert set(accounts["parent_account_id"]) <= set(tables()["accounts"]["account_id"])
        assert (accounts["parent_account_id"] < accounts["account_id"]).all()

    def test_products_exist(self):
        assert set(tables()["subscriptions"]["product"]) == set(tables()["products"]["product"])

    def test_currencies_have_a_rate_in_every_month(self):
        foreign = set(tables()["subscriptions"]["currency"]) | set(rows_of("invoices")["currency"])
        assert foreign == {"USD", "EUR"}
        rates = tables()["rates"].filter(currency="EUR")["month"]
        assert {month.first_day for month in Month.range(HISTORY_MONTH, LAST_MONTH)} == set(rates)

    @pytest.mark.parametrize("source", ["usage", "tickets", "touchpoints", "invoices"])
    @pytest.mark.parametrize("month", SOME_MONTHS, ids=str)
    def test_events_lie_in_their_month(self, source, month):
        days = full(month)[source][SOURCES[source].event_time].dt.date()
        assert days.min() >= month.first_day
        assert days.max() <= month.last_day

    def test_histories_of_accounts_have_neither_gaps_nor_overlaps(self):
        accounts = sample_accounts()
        next_from = pl.col("valid_from").shift(-1).over("account_id")
        follows = (pl.col("valid_to") + pl.duration(days=1)).eq_missing(next_from)
        assert accounts.select(follows.all()).item()
        assert (accounts["valid_from"] >= accounts["created_date"]).all()


class TestSize:
    def test_some_three_thousand_accounts_and_forty_features(self):
        assert tables()["accounts"]["account_id"].n_unique() > ACCOUNTS == 3_000
        assert len(set(FEATURES)) == 40
        assert set(full(LAST_MONTH)["usage"]["feature"]) == set(FEATURES)

    @pytest.mark.parametrize(
        ("source", "least", "most"),
        [
            ("usage", 60_000, 110_000),
            ("tickets", 1_500, 5_000),
            ("touchpoints", 2_500, 7_000),
            ("invoices", 900, 2_500),
        ],
    )
    @pytest.mark.parametrize("month", SOME_MONTHS, ids=str)
    def test_rows_of_a_month(self, source, least, most, month):
        assert least < full(month)[source].height < most

    def test_two_years_and_a_year_of_subscriptions_before(self):
        assert (FIRST_MONTH, LAST_MONTH, len(MONTHS)) == (Month.parse("2024-11"), Month.parse("2026-10"), 24)
        assert paying(HISTORY_MONTH) > 1_400
        assert 2_000 < paying(FIRST_MONTH) < paying(LAST_MONTH) < 3_000

    def test_revenue_is_log_normal_with_a_heavy_tail(self):
        day = MONTHS[12].last_day
        arr = running(day).group_by("account_id").agg(arr=12 * pl.col("mrr").sum())["arr"]
        assert 15_000 < arr.median() < 25_000
        assert 100_000 < arr.quantile(0.9) < 150_000
        assert arr.mean() > 1.8 * arr.median()


def running(day):
    has_ended = pl.col("end_date").is_not_null() & (pl.col("end_date") < day)
    return (
        tables()["subscriptions"]
        .filter(pl.col("start_date") <= day, ~has_ended, ~pl.col("is_trial"))
        .sort("start_date")
        .unique("subscription_id", keep="last")
    )


def paying(month: Month) -> int:
    return running(month.last_day)["account_id"].n_unique()
