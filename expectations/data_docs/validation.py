"""The page of one table's checks."""

from __future__ import annotations

from great_expectations.core import ExpectationSuiteValidationResult

from expectations.data_docs.model import RunOfDocs
from expectations.data_docs.outcomes import rows_checked, tally
from expectations.data_docs.sections import sections_of
from expectations.data_docs.site import render


def validation_page(run: RunOfDocs, name: str, validation: ExpectationSuiteValidationResult) -> str:
    """Render the page of a table's checks, the worst first.

    Args:
        run: The run.
        name: The table or source, as readers know it.
        validation: The results.
    """
    return render(
        "validation.html.j2",
        run=run,
        name=name,
        tally=tally(validation.results),
        rows=rows_checked(validation),
        sections=sorted(sections_of(validation), key=lambda section: section.tally.outcome.rank),
        version=validation.meta.get("great_expectations_version"),
    )
