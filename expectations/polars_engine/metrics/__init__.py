"""The metrics, one module per family; importing them registers them with Great Expectations."""

from expectations.polars_engine.metrics import (
    column_aggregates as column_aggregates,
)
from expectations.polars_engine.metrics import (
    column_pairs as column_pairs,
)
from expectations.polars_engine.metrics import (
    distinct_values as distinct_values,
)
from expectations.polars_engine.metrics import (
    missing as missing,
)
from expectations.polars_engine.metrics import (
    ranges as ranges,
)
from expectations.polars_engine.metrics import (
    records as records,
)
from expectations.polars_engine.metrics import (
    sets as sets,
)
from expectations.polars_engine.metrics import (
    table as table,
)
from expectations.polars_engine.metrics import (
    texts as texts,
)
from expectations.polars_engine.metrics import (
    uniqueness as uniqueness,
)
