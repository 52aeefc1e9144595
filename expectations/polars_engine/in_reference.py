"""An expectation on membership in a set that is too large to be written into a suite."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.expectations.expectation import (
    ColumnMapExpectation,
    _style_row_condition,
    render_suite_parameter_string,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.components import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType
from great_expectations.render.util import parse_row_condition_string


class ExpectColumnValuesToBeInReference(ColumnMapExpectation):
    """Expect values to be members of a set that is passed by name with the batch.

    Neither suite nor result holds the values of the set. Missing values do not count.

    Args:
        column: The column.
        reference: The name of the set, such as ``accounts.account_id``.
        mostly: The share of values that must be members.

    Attributes:
        reference: The name of the set.
    """

    reference: str = pydantic.Field(min_length=1, description="The name of a set of values given with the batch.")

    map_metric: ClassVar[str] = "column_values.in_reference"
    success_keys: ClassVar[tuple[str, ...]] = ("reference", "mostly")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference")

    class Config:
        """How tools present the expectation."""

        title = "Expect column values to be in reference"

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration[Any]) -> RendererConfiguration[Any]:
        for name, kind in (
            ("column", RendererValueType.STRING),
            ("reference", RendererValueType.STRING),
            ("mostly", RendererValueType.NUMBER),
        ):
            renderer_configuration.add_param(name=name, param_type=kind)
        mostly = renderer_configuration.params.mostly
        is_partial = bool(mostly) and mostly.value < 1
        if is_partial:
            renderer_configuration = cls._add_mostly_pct_param(renderer_configuration=renderer_configuration)
        renderer_configuration.template_str = _sentence(is_partial, renderer_configuration.include_column_name)
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,  # noqa: ARG003
        runtime_configuration: dict[str, Any] | None = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        runtime = runtime_configuration or {}
        arguments = configuration.kwargs if configuration else {}
        mostly = arguments.get("mostly", 1)
        is_partial = isinstance(mostly, int | float) and mostly < 1
        params = {name: arguments.get(name) for name in ("column", "reference", "mostly")}
        if is_partial:
            params["mostly_pct"] = f"{mostly * 100:zg}"
        sentence = _sentence(is_partial, runtime.get("include_column_name") is not False)
        styling = runtime.get("styling")
        if arguments.get("row_condition") is not None:
            condition = parse_row_condition_string(arguments["row_condition"])
            sentence, styling = _style_row_condition(condition, sentence, params, styling)
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": sentence, "params": params, "styling": styling},
            )
        ]


def _sentence(is_partial: bool, has_column_name: bool) -> str:
    start = "$column values must" if has_column_name else "values must"
    share = ", at least $mostly_pct % of the time" if is_partial else ""
    return f"{start} be among those of $reference{share}."
