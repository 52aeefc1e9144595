"""Maps the columns of a contract to those of a file or query result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sql.sources.spec import SourceSpec
from transforms.contracts import Field, Table
from transforms.errors import RetierError, first_few

_LONGEST_NAME = 60
"""How much of a name is shown: with broken quotes, the header may contain a whole file."""


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """The origin of one column of the contract.

    Attributes:
        field: The column of the contract.
        theirs: Its name in the source; None for a constant.
        constant: The value of every row, as text, if theirs is None.
    """

    field: Field
    theirs: str | None
    constant: str | None = None

    @property
    def name(self) -> str:
        """Our name."""
        return self.field.name


def their_name(spec: SourceSpec, ours: str) -> str:
    """Return a source's name of a column."""
    return spec.rename.get(ours, ours)


def wanted_names(table: Table, spec: SourceSpec) -> list[str]:
    """List the names that a source's columns may have, each once, without constant columns."""
    return list(dict.fromkeys(their_name(spec, name) for name in table.columns if name not in spec.constants))


def map_columns(table: Table, spec: SourceSpec, names: Collection[str], origin: str) -> list[MappedColumn]:
    """Find every column of a contract that one file or query result has.

    Args:
        table: The source's contract.
        spec: Its specification.
        names: The columns that are there.
        origin: How a person calls the file or query.

    Raises:
        RetierError: If a required column, or one that the specification renames, is not there.
    """
    mapped: list[MappedColumn] = []
    missing: list[str] = []
    for field in table.fields:
        theirs = their_name(spec, field.name)
        if field.name in spec.constants:
            mapped.append(MappedColumn(field, None, spec.constants[field.name]))
        elif theirs in names:
            mapped.append(MappedColumn(field, theirs))
        elif field.is_required or field.name in spec.rename:
            missing.append(theirs)
    if missing:
        shown = first_few((name[:_LONGEST_NAME] for name in names), limit=12)
        raise RetierError(
            f"{table.name}: {origin} has no column {first_few(missing)} (it has {shown}): "
            f"name the right ones under rename, or set a value under constants, of sources.{table.name} in retier.yaml"
        )
    return mapped
