"""The data source: ``context.data_sources.add_polars(name)``, with assets that take a frame with each batch."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import polars as pl
from great_expectations.compatibility import pydantic
from great_expectations.core.batch import LegacyBatchDefinition
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.core.id_dict import IDDict
from great_expectations.core.partitioners import ColumnPartitioner
from great_expectations.datasource.fluent.batch_identifier_util import make_batch_identifier
from great_expectations.datasource.fluent.batch_request import BatchParameters, BatchRequest
from great_expectations.datasource.fluent.constants import _DATA_CONNECTOR_NAME
from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource
from great_expectations.exceptions.exceptions import BuildBatchRequestError, InvalidBatchRequestError

from expectations.polars_engine.batch_data import References
from expectations.polars_engine.engine import PolarsExecutionEngine

# "dataframe" is the one name of a batch parameter whose value Great Expectations does not write into results.
_FRAME, _REFERENCES = "dataframe", "references"


class PolarsDataFrameAsset(DataAsset[Any, ColumnPartitioner]):
    """An asset whose batches are Polars frames, passed when a batch is requested.

    Batch parameters are ``dataframe``, a lazy or eager frame, and optionally ``references``: a mapping of names to
    Series or frames, or a :class:`References`.
    """

    type: Literal["dataframe"] = "dataframe"

    class Config:
        """Refuse unknown settings, as other assets do."""

        extra = pydantic.Extra.forbid

    def test_connection(self) -> None:
        """Succeed: there is nothing to connect to."""

    def get_batch_parameters_keys(self, partitioner: ColumnPartitioner | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """Return the names of the batch parameters."""
        return (_FRAME, _REFERENCES)

    def build_batch_request(
        self,
        options: BatchParameters | None = None,
        batch_slice: Any = None,
        partitioner: ColumnPartitioner | None = None,
    ) -> BatchRequest[ColumnPartitioner]:
        """Make a request for the batch of a frame.

        Raises:
            BuildBatchRequestError: If the parameters are not a Polars frame and, perhaps, references.
        """
        if batch_slice is not None or partitioner is not None:
            raise BuildBatchRequestError(message="a Polars asset has one batch, the whole frame: filter the frame")
        given = dict(options or {})
        if not isinstance(given.get(_FRAME), pl.LazyFrame | pl.DataFrame) or set(given) - {_FRAME, _REFERENCES}:
            raise BuildBatchRequestError(
                message='batch parameters must be {"dataframe": a Polars LazyFrame or DataFrame}, and optionally '
                '"references": a mapping of names to Series or frames'
            )
        if _REFERENCES in given:
            given[_REFERENCES] = _as_references(given[_REFERENCES])
        return BatchRequest(datasource_name=self.datasource.name, data_asset_name=self.name, options=given)

    def get_batch_identifiers_list(self, batch_request: BatchRequest[Any]) -> list[dict[str, Any]]:
        """Return the parameters of the one batch."""
        return [IDDict(batch_request.options)]

    def get_batch(self, batch_request: BatchRequest[Any]) -> Batch:
        """Return the batch of a request, with an engine of its own.

        Raises:
            InvalidBatchRequestError: If the request is for another asset.
        """
        if (batch_request.datasource_name, batch_request.data_asset_name) != (self.datasource.name, self.name):
            raise InvalidBatchRequestError(
                f"the batch request is for asset {batch_request.data_asset_name!r}, not for {self.name!r}"
            )
        options = batch_request.options
        spec = RuntimeDataBatchSpec(batch_data=options[_FRAME], references=options.get(_REFERENCES))
        data, markers = self.datasource.get_execution_engine().get_batch_data_and_markers(spec)
        return Batch(
            datasource=self.datasource,
            data_asset=self,
            batch_request=batch_request,
            data=data,
            metadata=self._get_batch_metadata_from_batch_request(batch_request, ignore_options=(_FRAME, _REFERENCES)),
            batch_markers=markers,
            batch_spec=spec,
            # A legacy of Great Expectations, which still writes it into the results.
            batch_definition=LegacyBatchDefinition(
                datasource_name=self.datasource.name,
                data_connector_name=_DATA_CONNECTOR_NAME,
                data_asset_name=self.name,
                batch_identifiers=make_batch_identifier({**options}),
                batch_spec_passthrough=None,
            ),
        )

    def add_batch_definition_whole_dataframe(self, name: str) -> BatchDefinition[ColumnPartitioner]:
        """Define the batch that is the whole frame."""
        return self.add_batch_definition(name=name, partitioner=None)


class PolarsDatasource(Datasource[PolarsDataFrameAsset, PolarsExecutionEngine]):
    """A source of Polars frames in memory; it connects to nothing and keeps no data."""

    asset_types: ClassVar[list[builtins.type[DataAsset[Any, Any]]]] = [PolarsDataFrameAsset]

    type: Literal["polars"] = "polars"
    assets: list[PolarsDataFrameAsset] = pydantic.Field(default_factory=list)

    @property
    def execution_engine_type(self) -> builtins.type[PolarsExecutionEngine]:
        """The engine."""
        return PolarsExecutionEngine

    def get_execution_engine(self) -> PolarsExecutionEngine:
        """Make a new engine: batches, which may be validated in different threads, must not share one."""
        return PolarsExecutionEngine(name=self.name)

    def test_connection(self, test_assets: bool = True) -> None:
        """Succeed: there is nothing to connect to."""

    def add_dataframe_asset(self, name: str, batch_metadata: Mapping[str, Any] | None = None) -> PolarsDataFrameAsset:
        """Add an asset whose frames are passed with each batch.

        Args:
            name: Any name that is not yet used in this data source.
            batch_metadata: Metadata of the batches.
        """
        asset = PolarsDataFrameAsset(name=name, batch_metadata=dict(batch_metadata or {}))
        return self._add_asset(asset)


def _as_references(given: Any) -> References:
    try:
        return given if isinstance(given, References) else References(given)
    except (TypeError, ValueError) as error:
        raise BuildBatchRequestError(message=str(error)) from error
