"""Judging usage by the suite of its contract, against the same checks written by hand; and the engine against pandas.

Run as a module with a folder, it judges the usage of the folder once and prints the peak memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import polars as pl
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig

from expectations.bad_rows import as_judged
from expectations.finding import Finding
from expectations.judge import Judge
from expectations.polars_engine import ExpectColumnValuesToBeInReference
from expectations.suites import source_expectations
from sql.sources.refused import ERROR
from tests.benchmarks.data import MONTH, Size
from tests.benchmarks.measure import print_own_peak
from transforms.contracts import SOURCES

USAGE = Size(usage_rows=50_000_000)
"""The rows that the engine is measured on; pandas would need nine gigabytes for them."""

FOR_PANDAS = Size(usage_rows=1_000_000)

KEY = ["account_id", "date", "feature"]
_REFERENCE = "accounts.account_id"
_TYPES = {"account_id": "String", "date": "Date", "feature": "String", "events": "Int64", "active_users": "Int64"}


def candidates(folder: Path) -> dict[str, Callable[[], object]]:
    """Return what is compared on a folder of `USAGE`, by name."""
    return {"suite": lambda: whole_suite(folder), "handwritten": lambda: handwritten(folder)}


def candidates_with_pandas(folder: Path) -> dict[str, Callable[[], object]]:
    """Return what is compared on a folder of `FOR_PANDAS`, by name; the conversion to pandas is not counted."""
    frame, accounts = _as_pandas(folder)
    return {"engine": lambda: engine(folder), "pandas": lambda: by_pandas(frame, accounts)}


def whole_suite(folder: Path) -> list[Finding]:
    """Judge usage as a run does: all rows that were read, by the whole suite of the contract."""
    configured = {"usage", "accounts", _REFERENCE, *(f"usage.{name}" for name in _TYPES)}
    nothing_refused = pl.LazyFrame(schema={**_usage(folder).collect_schema(), "errors": pl.List(ERROR)})
    frame = as_judged(_usage(folder), nothing_refused, list(_TYPES))
    suite = source_expectations(SOURCES["usage"], configured)
    found = Judge(MONTH).judge("usage", frame, suite, {_REFERENCE: _accounts(folder).lazy()})
    broken = [finding.check for finding in found if not finding.is_passed]
    if broken:
        raise ValueError(f"the benchmark's data must be valid, but there failed: {', '.join(broken)}")
    return found


def engine(folder: Path) -> object:
    """Validate usage by a standard suite."""
    parameters = {"dataframe": _usage(folder), "references": {_REFERENCE: _accounts(folder)}}
    reference = ExpectColumnValuesToBeInReference(column="account_id", reference=_REFERENCE)
    types = [gxe.ExpectColumnTypeToBe(column=name, type_=dtype) for name, dtype in _TYPES.items()]
    return _validate(_definition("polars"), parameters, [*_checks(), *types, reference])


def by_pandas(frame: Any, accounts: list[str]) -> object:
    """Validate the same by Great Expectations' own pandas engine; the types of a frame without nulls are certain."""
    reference = gxe.ExpectColumnValuesToBeInSet(column="account_id", value_set=accounts)
    return _validate(_definition("pandas"), {"dataframe": frame}, [*_checks(), reference])


def handwritten(folder: Path) -> tuple[object, ...]:
    """Check the same by two queries without Great Expectations."""
    rows = _usage(folder)
    counts = rows.select(
        pl.len(),
        pl.col("account_id", "date", "feature", "events").null_count().name.prefix("null_"),
        ((pl.col("events") < 0) | (pl.col("events") > 1_000_000)).sum(),
        ((pl.col("active_users") < 0) | (pl.col("active_users") > 1_000_000)).sum(),
        ((pl.col("date") < MONTH.first_day) | (pl.col("date") > MONTH.last_day)).sum(),
        (~pl.col("account_id").is_in(_accounts(folder)["account_id"].implode())).sum().alias("unknown"),
    )
    hashes = rows.select(pl.struct(KEY).hash().alias("hash")).collect(engine="streaming").to_series().sort()
    return rows.collect_schema(), counts.collect(engine="streaming").row(0), (hashes == hashes.shift()).any()


def _checks() -> list[gxe.Expectation]:
    return [
        gxe.ExpectTableColumnsToMatchSet(column_set=list(_TYPES)),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in ("account_id", "date", "feature", "events")),
        *(
            gxe.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=1_000_000)
            for name in ("events", "active_users")
        ),
        # Times rather than days, for the sake of pandas.
        gxe.ExpectColumnValuesToBeBetween(
            column="date", min_value=_midnight(MONTH.first_day), max_value=_midnight(MONTH.last_day)
        ),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=KEY),
    ]


def _validate(definition: BatchDefinition[Any], parameters: dict[str, Any], checks: list[gxe.Expectation]) -> object:
    suite = gx.ExpectationSuite("usage", expectations=checks)
    result = definition.get_batch(parameters).validate(suite, result_format="SUMMARY")
    if not result.success:
        failed = [one.expectation_config.type for one in result.results if not one.success]
        raise ValueError(f"the benchmark's data must be valid, but there failed: {', '.join(failed)}")
    return result


@cache
def _definition(kind: str) -> BatchDefinition[Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_polars(kind) if kind == "polars" else context.data_sources.add_pandas(kind)
    return source.add_dataframe_asset("usage").add_batch_definition_whole_dataframe("whole")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _usage(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "data" / "usage.parquet")


def _accounts(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "data" / "accounts.parquet", columns=["account_id"])


def _as_pandas(folder: Path) -> tuple[Any, list[str]]:
    columns = _usage(folder).with_columns(pl.col("date").cast(pl.Datetime("ns"))).collect().to_dict()
    frame = pd.DataFrame({name: values.to_numpy() for name, values in columns.items()})
    return frame, _accounts(folder)["account_id"].to_list()


if __name__ == "__main__":
    whole_suite(Path(sys.argv[1]))
    print_own_peak()
