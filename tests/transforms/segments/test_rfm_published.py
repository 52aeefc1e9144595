"""A table that others published, reproduced to the last row from their orders, with their binning as policy."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.conftest import ROOT
from tests.transforms.segments.test_rfm import MEASURES, RECENCY, SCORES, rules
from transforms.segments.interactions import days_since
from transforms.segments.rfm import with_rfm

FOLDER = Path(os.environ.get("RETIER_SHARED") or ROOT.parent / "shared") / "data" / "rfm-joaolcorreia"
THEIR_NAMES = {
    "recency": RECENCY, "frequency": "trailing_year_active_days", "monetary_value": "trailing_year_revenue",
    "R_Quartile": "rfm_recency", "F_Quartile": "rfm_frequency", "M_Quartile": "rfm_monetary", "RFMClass": "rfm_code",
}  # fmt: skip
CUSTOMERS, ORDERS = 793, 5009

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"the published table is not there: {FOLDER}")


def read(name: str) -> Iterator[dict[str, str]]:
    """Rows of a file in an old single-byte encoding, its lines ended by carriage returns or line feeds."""
    text = (FOLDER / name).read_bytes().decode("latin-1").replace("\r", "\n")
    return csv.DictReader(text.split("\n"))


@pytest.fixture(scope="module")
def published() -> pl.DataFrame:
    rows = [
        {"customer": row["customer"], "rfm_code": row["RFMClass"]}
        | {ours: int(row[theirs]) for theirs, ours in THEIR_NAMES.items() if ours != "rfm_code"}
        for row in read("rfm-table.csv")
    ]
    return pl.DataFrame(rows).sort("customer")


@pytest.fixture(scope="module")
def orders() -> pl.DataFrame:
    rows = [
        {
            "customer": row["customer"],
            "date": datetime.strptime(row["order_date"], "%m/%d/%y").date(),
            "amount": float(row["grand_total"]),
        }
        for row in read("sample-orders.csv")
    ]
    return pl.DataFrame(rows)


def ours(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The table as of a day: quartiles, of which 1 is the best."""
    recency, frequency, monetary = MEASURES.values()
    measured = orders.lazy().group_by("customer").agg(
        days_since(pl.col("date").max(), as_of).alias(recency),
        pl.len().cast(pl.Int64).alias(frequency),
        pl.col("amount").sum().alias(monetary),
    )  # fmt: skip
    return with_rfm(measured, rules(bins=4, best="lowest", by="quantile_edges")).collect().sort("customer")


def test_nothing_was_left_out(orders: pl.DataFrame, published: pl.DataFrame) -> None:
    assert (orders.height, published.height) == (ORDERS, CUSTOMERS)


def test_every_row_is_reproduced(orders: pl.DataFrame, published: pl.DataFrame) -> None:
    columns = ["customer", *MEASURES.values(), *SCORES, "rfm_code"]
    found = ours(orders, date(2014, 12, 31)).select(columns)
    assert_frame_equal(found, published.select(columns), check_dtypes=False, check_exact=True)


def test_a_day_later_no_recency_is(orders: pl.DataFrame, published: pl.DataFrame) -> None:
    found = ours(orders, date(2015, 1, 1))
    assert (found[RECENCY] == published[RECENCY]).sum() == 0
    assert (found[RECENCY] - 1 == published[RECENCY]).all()
