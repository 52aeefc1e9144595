"""Validations over small frames, made by Great Expectations' own pandas engine."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pandas as pd
import pytest

from expectations.data_docs import Page, RunEntry, RunOfDocs, index_page, run_pages, tally_all

with warnings.catch_warnings():
    # Great Expectations 1.24 imports two modules that Python has deprecated, once, as it is loaded.
    warnings.filterwarnings("ignore", "module 'sre_(constants|parse)' is deprecated", DeprecationWarning)
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.types.base import ProgressBarsConfig

Validate = Callable[[dict[str, list[Any]], Sequence[gxe.Expectation]], ExpectationSuiteValidationResult]

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "' onmouseover='1",
    "{{7*7}}",
    "{% raw %}",
    "$PARAMETER",
    "$column",
    "${v__0}",
    "$",
    "$$",
    "</td></table>",
    "&lt;b&gt;",
    "https://host.example/x.js",
    "//host.example/x.png",
]
"""What a page must show as it stands."""

RUN = RunOfDocs("2026-10-ab12", "2026-10", "published", datetime(2026, 11, 2, 6, 15, tzinfo=UTC))


@pytest.fixture(scope="session")
def validate() -> Validate:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source, numbers = context.data_sources.add_pandas("frames"), count()

    def run(frame: dict[str, list[Any]], expectations: Sequence[gxe.Expectation]) -> ExpectationSuiteValidationResult:
        asset = source.add_dataframe_asset(f"asset{next(numbers)}")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pd.DataFrame(frame)})
        suite = gx.ExpectationSuite(name=asset.name, expectations=list(expectations))
        return batch.validate(suite, result_format="SUMMARY")

    return run


@pytest.fixture(scope="session")
def mixed(validate) -> dict[str, ExpectationSuiteValidationResult]:
    """Tables of which one fails, one warns, one passes, one cannot be checked, and one has no checks."""
    frame = {"id": ["a", "b", "b"], "n": [1, 2, 300]}
    unique = {"column": "id"}
    return {
        "failing": validate(
            frame,
            [
                gxe.ExpectColumnToExist(column="n"),
                gxe.ExpectColumnValuesToBeBetween(column="n", min_value=0, max_value=10),
                gxe.ExpectColumnValuesToBeUnique(**unique, severity="warning"),
                gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=5),
            ],
        ),
        "warning": validate(frame, [gxe.ExpectColumnValuesToBeUnique(**unique, severity="warning")]),
        "passing": validate(frame, [gxe.ExpectColumnValuesToNotBeNull(column="id")]),
        "broken": validate(frame, [gxe.ExpectColumnValuesToNotBeNull(column="gone", severity="warning")]),
        "empty": validate(frame, []),
    }


@pytest.fixture(scope="session")
def hostile(validate) -> dict[str, ExpectationSuiteValidationResult]:
    """Tables whose names, columns, values and parameters all mean harm."""
    plain = [
        gxe.ExpectColumnValuesToBeInSet(column="s", value_set=[*HOSTILE[:7], "x"]),
        gxe.ExpectColumnValuesToMatchRegex(column="s", regex="^(?!<script>|{{7*7}}).$"),
        gxe.ExpectColumnDistinctValuesToBeInSet(column="s", value_set=HOSTILE),
        gxe.ExpectTableColumnsToMatchSet(column_set=HOSTILE),
        gxe.ExpectColumnValuesToNotBeNull(column="s", description=" ".join(HOSTILE)),
    ]
    frame = {"s": HOSTILE, **dict.fromkeys(HOSTILE, HOSTILE)}
    by_column = [gxe.ExpectColumnValuesToBeInSet(column=name, value_set=["x"]) for name in HOSTILE]
    missing = [gxe.ExpectColumnValuesToNotBeNull(column=f"gone {name}") for name in HOSTILE]
    results = validate(frame, [*plain, *by_column, *missing])
    return dict.fromkeys(HOSTILE, results)


@pytest.fixture(scope="session")
def mixed_pages(mixed) -> list[Page]:
    return [*run_pages(RUN, mixed), index_page([RunEntry(RUN, tally_all(mixed.values()))])]


@pytest.fixture(scope="session")
def hostile_pages(hostile) -> list[Page]:
    run = RunOfDocs("2026-10-ab12", HOSTILE[0], " ".join(HOSTILE), RUN.finished_at)
    return [*run_pages(run, hostile), index_page([RunEntry(run, tally_all(hostile.values()))])]
