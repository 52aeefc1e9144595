"""Great Expectations' table of checks, with the outcome of each in the first column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.components import RenderedStringTemplateContent
from great_expectations.render.renderer.content_block.validation_results_table_content_block import (
    ValidationResultsTableContentBlockRenderer,
)

from expectations.data_docs.outcomes import outcome_of


class OutcomeRows(ValidationResultsTableContentBlockRenderer):
    """One row per check: outcome, expectation, observed value.

    The icons of Great Expectations do not distinguish warnings from failures, and need a font from the network.
    """

    @classmethod
    def _get_content_block_fn(
        cls, expectation_type: str, expectation_config: ExpectationConfiguration | None = None
    ) -> Callable[..., list[list[Any]]] | None:
        rows_of = super()._get_content_block_fn(expectation_type, expectation_config)
        assert rows_of is not None, "a check without a renderer of its own gets the general one"

        def rows_with_outcome(*, result: ExpectationValidationResult, **context: Any) -> list[list[Any]]:
            outcome = outcome_of(result)
            cell = RenderedStringTemplateContent(
                string_template={
                    "template": outcome.capitalize(),
                    "styling": {"classes": ["outcome", outcome.value]},
                }
            )
            return [[cell, *row[1:]] for row in rows_of(result=result, **context)]

        return rows_with_outcome
