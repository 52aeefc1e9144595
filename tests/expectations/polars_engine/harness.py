"""The same suite on the same data by two engines: this one and Great Expectations' own on pandas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
import polars as pl
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation

import expectations.polars_engine  # noqa: F401  (importing it registers the data source)

_NUMBERS = count()


@cache
def context() -> Any:
    """One ephemeral context for all tests: making one takes longer than most of them."""
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    return made


def definition(kind: str = "polars") -> BatchDefinition[Any]:
    """A batch definition of an asset of its own, in a data source of the given kind."""
    sources = context().data_sources
    if kind not in sources.all():
        getattr(sources, f"add_{kind}")(kind)
    asset = sources.get(kind).add_dataframe_asset(f"asset {next(_NUMBERS)}")
    return asset.add_batch_definition_whole_dataframe("whole")


@cache
def _shared(kind: str) -> BatchDefinition[Any]:
    return definition(kind)


def validate(frame: Any, checks: Sequence[Expectation], result_format: Any = "COMPLETE", **parameters: Any) -> list:
    """The results of the checks, in their order, by the engine that fits the frame."""
    for number, check in enumerate(checks):
        check.meta = {"number": number}
    kind = "pandas" if isinstance(frame, pd.DataFrame) else "polars"
    batch = _shared(kind).get_batch({"dataframe": frame, **parameters})
    suite = gx.ExpectationSuite("suite", expectations=list(checks))
    results = batch.validate(suite, result_format=result_format).results
    return sorted(results, key=lambda result: result.expectation_config.meta["number"])


def validate_one(frame: Any, check: Expectation, result_format: Any = "COMPLETE", **parameters: Any) -> Any:
    """The result of one check."""
    (result,) = validate(frame, [check], result_format, **parameters)
    return result


def error_of(result: Any) -> str | None:
    """The message of the error inside a result, if there is one."""
    if "raised_exception" in result.exception_info:
        return result.exception_info["exception_message"]
    messages = [info["exception_message"] for info in result.exception_info.values()]
    return messages[0] if messages else None


def comparable(result: Any) -> dict[str, Any]:
    """What two engines must agree on: the verdict, the counts, the samples, and whether there was an error."""
    found = {key: _plain(value) for key, value in result.result.items() if not key.startswith(_OWN_TO_PANDAS)}
    for key in set(found) & {"partial_missing_list"}:  # of a set, so in no order
        found[key] = sorted(found[key])
    return {"success": bool(result.success), "failed": error_of(result) is not None} | found


# pandas has an index of its own and returns it; a frame of Polars has none.
_OWN_TO_PANDAS = ("unexpected_index", "partial_unexpected_index", "partial_unexpected_counts")


def _plain(value: Any) -> Any:
    """A value that is equal whichever engine gave it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day).isoformat()
    return float(f"{value:.12g}") if isinstance(value, float) else value


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The same data in pandas: NaN for missing floats and texts, nullable integers where there is a null."""
    return pd.DataFrame({column.name: _series(column) for column in frame})


def _series(column: pl.Series) -> pd.Series:
    values = column.to_list()
    if column.dtype.is_integer():
        return pd.Series(values, dtype="Int64" if column.null_count() else "int64")
    if column.dtype.is_float():
        return pd.Series(values, dtype="float64")
    if column.dtype == pl.Boolean:
        return pd.Series(values, dtype="boolean" if column.null_count() else "bool")
    if column.dtype.is_temporal():
        zone = getattr(column.dtype, "time_zone", None)
        return pd.Series(values, dtype=f"datetime64[us, {zone}]" if zone else "datetime64[us]")
    return pd.Series(values, dtype="str")
