"""The sections of a page, one for each column, as Great Expectations renders them.

Rendering a check takes longer than running it, and most checks of a month end as they did the month before. So recent
sections without findings are cached by everything that they show.
"""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.render.renderer.column_section_renderer import ValidationResultsColumnSectionRenderer
from markupsafe import Markup

from expectations.data_docs.outcomes import Outcome, Tally, outcome_of, tally
from expectations.data_docs.view import OfflineView

_TABLE = "Table-Level Expectations"
_FOLDER_IN_TRACEBACK = re.compile(r'(?<=File ")[^"\n]*[/\\](?=[^"/\\\n]+")')
_NOT_SHOWN = frozenset({"element_count", "missing_count", "missing_percent"})
_REMEMBERED_SECTIONS = 1024


@dataclass(frozen=True, slots=True)
class Section:
    """The checks of one column, or of the table as a whole.

    Attributes:
        anchor: The element's id in the page.
        column: The column's name; null for the table as a whole.
        tally: The outcomes of its checks.
        blocks: Their description by Great Expectations, as HTML.
    """

    anchor: str
    column: str | None
    tally: Tally
    blocks: Sequence[Markup]


@dataclass(frozen=True, slots=True)
class _Checks:
    """The checks of a section; those that show the same are equal.

    Attributes:
        shown: Everything that they show.
        results: Their results.
    """

    shown: bytes
    results: list[ExpectationValidationResult] = field(compare=False)


def sections_of(validation: ExpectationSuiteValidationResult) -> Iterator[Section]:
    """Render the sections of a page: the table as a whole, then its columns; in each the worst checks first."""
    columns: dict[Any, list[ExpectationValidationResult]] = {}
    for result in sorted(validation.results, key=lambda result: outcome_of(result).rank):
        columns.setdefault(_column_of(result), []).append(result)
    order = _renderer()._get_column_list_from_evrs(validation)  # type: ignore[no-untyped-call]
    names = [_TABLE, *order] if _TABLE in columns else order
    for position, name in enumerate(names, 1):
        yield Section(
            anchor=f"section-{position}",
            column=None if name == _TABLE else name,
            tally=tally(columns[name]),
            blocks=_blocks(columns[name], validation.suite_parameters),
        )


def _blocks(results: list[ExpectationValidationResult], parameters: dict[str, Any] | None) -> Sequence[Markup]:
    shown = None if parameters else _shown(results)
    return _rendered(results, parameters) if shown is None else _remembered(_Checks(shown, results))


@lru_cache(maxsize=_REMEMBERED_SECTIONS)
def _remembered(checks: _Checks) -> Sequence[Markup]:
    return _rendered(checks.results, None)


def _rendered(results: list[ExpectationValidationResult], parameters: dict[str, Any] | None) -> Sequence[Markup]:
    bare = [_without_folders(result) for result in results]
    section = _renderer().render(bare, parameters)  # type: ignore[no-untyped-call]
    _header, *blocks = section.to_json_dict()["content_blocks"]
    return tuple(_view().block(block) for block in blocks)


def _shown(results: list[ExpectationValidationResult]) -> bytes | None:
    """Serialize everything that checks show; None if one found something or cannot be serialized."""
    if any(outcome_of(result) is not Outcome.PASSED or result.result.get("unexpected_count") for result in results):
        return None
    try:
        return pickle.dumps([_displayed(result) for result in results])
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def _displayed(result: ExpectationValidationResult) -> tuple[Any, ...]:
    configuration = result.expectation_config
    assert configuration is not None, "every result names its expectation"
    found = result.result
    if "element_count" in found:
        # The number of rows is shown only if some are unexpected.
        found = {name: value for name, value in found.items() if name not in _NOT_SHOWN}
    configured = (
        configuration.type,
        configuration.kwargs,
        configuration.meta,
        configuration.notes,
        configuration.description,
        configuration.severity,
    )
    return *configured, found, result.meta


def _without_folders(result: ExpectationValidationResult) -> ExpectationValidationResult:
    """Remove local folders from the tracebacks of errors."""
    bare = copy.copy(result)
    bare.exception_info = _cut(result.exception_info)
    return bare


def _cut(info: dict[str, Any]) -> dict[str, Any]:
    if "raised_exception" not in info:
        return {metric: _cut(error) for metric, error in info.items()}
    traceback = info["exception_traceback"]
    return {**info, "exception_traceback": _FOLDER_IN_TRACEBACK.sub("", traceback) if traceback else traceback}


def _column_of(result: ExpectationValidationResult) -> Any:
    return result.expectation_config.kwargs.get("column", _TABLE) if result.expectation_config else _TABLE


@cache
def _renderer() -> ValidationResultsColumnSectionRenderer:
    return ValidationResultsColumnSectionRenderer(
        table_renderer={"module_name": "expectations.data_docs.rows", "class_name": "OutcomeRows"}
    )


@cache
def _view() -> OfflineView:
    return OfflineView()
