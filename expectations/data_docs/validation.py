"""The page of one table's checks, as Great Expectations renders them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from markupsafe import Markup

from expectations.data_docs.model import RunOfDocs
from expectations.data_docs.outcomes import Tally, outcome_of, rows_checked, tally
from expectations.data_docs.site import render
from expectations.data_docs.view import OfflineView

_TABLE = "Table-Level Expectations"
_FOLDER_IN_TRACEBACK = re.compile(r'(?<=File ")[^"\n]*[/\\](?=[^"/\\\n]+")')


@dataclass(frozen=True, slots=True)
class Section:
    """The checks of one column, or of the table as a whole.

    Attributes:
        anchor: The element's id in the page.
        column: The column's name; null for the table as a whole.
        tally: What became of its checks.
        blocks: What Great Expectations has to say of them, as HTML.
    """

    anchor: str
    column: str | None
    tally: Tally
    blocks: list[Markup]


def validation_page(run: RunOfDocs, name: str, validation: ExpectationSuiteValidationResult) -> str:
    """Render the page of a table's checks, the worst first.

    Args:
        run: The run that made the checks.
        name: What was checked, as a reader calls it.
        validation: The results.
    """
    return render(
        "validation.html.j2",
        run=run,
        name=name,
        tally=tally(validation.results),
        rows=rows_checked(validation),
        sections=sorted(_sections(validation), key=lambda section: section.tally.outcome.rank),
        version=validation.meta.get("great_expectations_version"),
    )


def _sections(validation: ExpectationSuiteValidationResult) -> Iterator[Section]:
    results = sorted(map(_without_folders, validation.results), key=lambda result: outcome_of(result).rank)
    document = _renderer().render(_only_checks(validation, results)).to_json_dict()
    _overview, *sections = document["sections"]
    for position, section in enumerate(sections, 1):
        name = section["section_name"]
        _header, *blocks = section["content_blocks"]
        yield Section(
            anchor=f"section-{position}",
            column=None if name == _TABLE else name,
            tally=tally(result for result in results if _section_of(result) == name),
            blocks=[_view().block(block) for block in blocks],
        )


def _only_checks(
    validation: ExpectationSuiteValidationResult, results: list[ExpectationValidationResult]
) -> ExpectationSuiteValidationResult:
    """Leave out when and on which objects a validation ran: it is not shown, and rendering would write into it."""
    bare = copy.copy(validation)
    bare.results, bare.meta = results, {}
    return bare


def _without_folders(result: ExpectationValidationResult) -> ExpectationValidationResult:
    """Cut the folders of whoever ran the check out of the tracebacks of errors."""
    bare = copy.copy(result)
    bare.exception_info = _cut(result.exception_info)
    return bare


def _cut(info: dict[str, Any]) -> dict[str, Any]:
    if "raised_exception" not in info:
        return {metric: _cut(error) for metric, error in info.items()}
    traceback = info["exception_traceback"]
    return {**info, "exception_traceback": _FOLDER_IN_TRACEBACK.sub("", traceback) if traceback else traceback}


def _section_of(result: ExpectationValidationResult) -> Any:
    return result.expectation_config.kwargs.get("column", _TABLE) if result.expectation_config else _TABLE


@cache
def _renderer() -> ValidationResultsPageRenderer:
    rows = {"module_name": "expectations.data_docs.rows", "class_name": "OutcomeRows"}
    return ValidationResultsPageRenderer(
        column_section_renderer={"class_name": "ValidationResultsColumnSectionRenderer", "table_renderer": rows}
    )


@cache
def _view() -> OfflineView:
    return OfflineView()
