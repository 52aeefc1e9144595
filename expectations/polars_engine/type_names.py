"""Names of Polars dtypes, for ``ExpectColumnTypeToBe``.

For an engine that it does not know, that expectation asks pandas whether a name is that of a dtype, then compares. So
the names of Polars are registered at pandas' own extension point; names that pandas itself knows, such as ``Int64``,
keep their meaning.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from pandas.api.extensions import ExtensionDtype, register_extension_dtype


@register_extension_dtype
class PolarsTypeName(ExtensionDtype):  # type: ignore[misc]
    """The name of a Polars dtype, or of a family of them: ``Datetime`` equals any that starts with it."""

    type = str
    _metadata = ("name",)

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """The name as it was passed."""
        return self._name

    @classmethod
    def construct_from_string(cls, string: str) -> PolarsTypeName:
        """Make the dtype of a Polars dtype's name.

        Raises:
            TypeError: If Polars has no such dtype, as pandas expects.
        """
        dtype = getattr(pl, string.partition("(")[0], None)
        if not (isinstance(dtype, type) and issubclass(dtype, pl.DataType)):
            raise TypeError(f"Polars has no dtype {string!r}")
        return cls(string)

    def __eq__(self, other: Any) -> bool:
        name = other.name if isinstance(other, PolarsTypeName) else other
        return isinstance(name, str) and (name == self._name or name.partition("(")[0] == self._name)

    def __hash__(self) -> int:
        return hash(self._name)
