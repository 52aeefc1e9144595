"""The pages of a run: an overview, and a page for each table that was checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.data_docs.model import Page, RunOfDocs
from expectations.data_docs.outcomes import Tally, rows_checked, tally, tally_all
from expectations.data_docs.site import render

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run's overview.

    Attributes:
        name: The table or source.
        page: The file name of its page.
        rows: How many rows were checked; null if no check counts them.
        tally: The outcomes of its checks.
    """

    name: str
    page: str
    rows: int | None
    tally: Tally


def run_pages(run: RunOfDocs, results: Mapping[str, ExpectationSuiteValidationResult]) -> list[Page]:
    """Render the pages of a run, the overview first.

    Args:
        run: The run.
        results: Its validations, by table or source.

    Returns:
        ``<run_id>/index.html`` and a page next to it for each validation, sorted by name. Equal arguments produce
        the same bytes.

    Raises:
        ValueError: If the run's id cannot be the name of a folder.
    """
    # Importing Great Expectations takes a second or two, and the index does not need it.
    from expectations.data_docs.validation import validation_page

    folder = run_folder(run)
    names = file_names(results)
    lines = [
        Line(name, names[name], rows_checked(results[name]), tally(results[name].results)) for name in sorted(results)
    ]
    worst_first = sorted(lines, key=lambda line: line.tally.outcome.rank)
    total = tally_all(results.values())
    overview = Page(f"{folder}/index.html", render("run.html.j2", run=run, lines=worst_first, tally=total))
    return [
        overview,
        *(Page(f"{folder}/{line.page}", validation_page(run, line.name, results[line.name])) for line in lines),
    ]


def run_folder(run: RunOfDocs) -> str:
    """Return the name of a run's folder.

    Raises:
        ValueError: If the run's id cannot be the name of a folder.
    """
    if not _FOLDER.fullmatch(run.run_id):
        raise ValueError(
            f"the run id {run.run_id!r} cannot name a folder of Data Docs: use letters, digits, dots, dashes and "
            "underscores only, and no dot first"
        )
    return run.run_id


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Return a unique file name for each name, even on file systems that ignore case."""
    taken = {"index"}
    chosen: dict[str, str] = {}
    for name in sorted(names):
        stem = _NOT_IN_FILE_NAMES.sub("-", name.lower()).strip("-") or "table"
        candidate, number = stem, 1
        while candidate in taken:
            number += 1
            candidate = f"{stem}-{number}"
        taken.add(candidate)
        chosen[name] = f"{candidate}.html"
    return chosen
