"""Names of Polars dtypes, for ``ExpectColumnTypeToBe``.

For an engine it does not know, that expectation asks pandas whether the name it was given is one of a dtype, then
compares. So pandas is told, through its own extension point, which names Polars has; names that pandas knows
itself, such as ``Int64``, stay what they were.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from pandas.api.extensions import ExtensionDtype, register_extension_dtype


@register_extension_dtype
class PolarsTypeName(ExtensionDtype):  # type: ignore[misc]
    """The name of a Polars dtype, or of a family of them: ``Datetime`` equals any that begins so."""

    type = str
    _metadata = ("name",)

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """The name as it was given."""
        return self._name

    @classmethod
    def construct_from_string(cls, string: str) -> PolarsTypeName:
        """Take a name of a Polars dtype.

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
