"""Great Expectations on Polars LazyFrames: standard suites at the speed of Polars streaming.

Importing this package imports Great Expectations, which takes seconds, and registers an execution engine, its
metrics, a data source (``context.data_sources.add_polars``) and an expectation of its own. See the README.
"""

from expectations.polars_engine import metrics as metrics
from expectations.polars_engine.batch_data import References
from expectations.polars_engine.column_types import ExpectTableColumnTypesToMatch
from expectations.polars_engine.datasource import PolarsDataFrameAsset, PolarsDatasource
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.in_reference import ExpectColumnValuesToBeInReference
from expectations.polars_engine.type_names import PolarsTypeName

__all__ = [
    "ExpectColumnValuesToBeInReference",
    "ExpectTableColumnTypesToMatch",
    "PolarsDataFrameAsset",
    "PolarsDatasource",
    "PolarsExecutionEngine",
    "PolarsTypeName",
    "References",
]
