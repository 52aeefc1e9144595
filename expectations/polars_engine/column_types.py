"""An expectation on the types of many columns at once: one per column takes as long as all other checks together."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import BatchExpectation, render_suite_parameter_string
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

_SENTENCE = "Columns must have these types: $column_types."


class ExpectTableColumnTypesToMatch(BatchExpectation):
    """Expect each of the given columns to be there and of its type; other columns do not matter.

    Args:
        column_types: Polars' name of each column's dtype (``Int64``, ``List(String)``), by the column's name.

    Attributes:
        column_types: The same.
    """

    column_types: dict[str, str] = pydantic.Field(description="Names of Polars dtypes by the name of the column.")

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.column_types",)
    success_keys: ClassVar[tuple[str, ...]] = ("column_types",)
    args_keys: ClassVar[tuple[str, ...]] = ("column_types",)

    class Config:
        """How tools present the expectation."""

        title = "Expect table column types to match"

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - Great Expectations passes it
        execution_engine: Any = None,  # noqa: ARG002 - and this
    ) -> dict[str, Any]:
        """Compare the types; the observed value holds the columns that differ, each with its type."""
        found = {column["name"]: column["type"] for column in metrics["table.column_types"]}
        differing = [
            f"{name}: {found.get(name, 'missing')}"
            for name, expected in sorted(self.column_types.items())
            if found.get(name) != expected
        ]
        return {"success": not differing, "result": {"observed_value": differing or "all as expected"}}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration[Any]) -> RendererConfiguration[Any]:
        renderer_configuration.add_param(name="column_types", param_type=RendererValueType.OBJECT)
        renderer_configuration.template_str = _SENTENCE
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        config = configuration or (result.expectation_config if result else None)
        types = config.kwargs.get("column_types", {}) if config else {}
        params = {"column_types": ", ".join(f"{name}: {dtype}" for name, dtype in sorted(types.items()))}
        template = {"template": _SENTENCE, "params": params, "styling": (runtime_configuration or {}).get("styling")}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]
