"""Maps the columns of a contract to those of a file or query result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sql.sources.spec import SourceSpec
from transforms.contracts import Field, Table
from transforms.errors import RetierError, first_few

COLUMN_NAME, COLUMN_VALUE = "name of the column", "value in the column"
"""What the columns of rows are called that were cells of a wide table."""

COUNTED = ("events", "active_users")
"""Columns of usage that rows which are counted do not have: their number is the events, and they name users."""

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
    """List the names that a source's columns may have, each once, without those that are made otherwise."""
    made = {*spec.constants, *(COUNTED if spec.count else ())}
    if spec.unpivot is not None:
        made |= {spec.unpivot.name, spec.unpivot.value}
    return list(dict.fromkeys(their_name(spec, name) for name in table.columns if name not in made))


def named_otherwise(spec: SourceSpec) -> list[str]:
    """List the source's columns that the specification names besides those that are mapped, each once."""
    cells = [] if spec.unpivot is None else [name for name in spec.unpivot.columns if name not in spec.unpivot.patterns]
    return list(dict.fromkeys([*(condition.column for condition in spec.filter), *cells]))


def taken_names(table: Table, spec: SourceSpec) -> set[str]:
    """Return the names of a source's columns that have a meaning of their own, so that no pattern means them."""
    return {*wanted_names(table, spec), *(condition.column for condition in spec.filter)}


def map_columns(table: Table, spec: SourceSpec, names: Collection[str], origin: str) -> list[MappedColumn]:
    """Find every column of a contract that one file or query result has.

    Args:
        table: The source's contract.
        spec: Its specification.
        names: The columns that are there.
        origin: How a person calls the file or query.

    Raises:
        RetierError: If a required column, or one that the specification renames, is not there; or one that rows which
            are counted do not have is.
    """
    mapped: list[MappedColumn] = []
    missing: list[str] = []
    made = _made(spec)
    for field in table.fields:
        theirs = made.get(field.name, their_name(spec, field.name))
        if field.name in spec.constants:
            mapped.append(MappedColumn(field, None, spec.constants[field.name]))
        elif theirs is None:
            _refuse_counted(field.name, names, table, origin)
        elif theirs in names or field.name in made:
            mapped.append(MappedColumn(field, theirs))
        elif (field.is_required and not field.may_be_absent) or field.name in spec.rename:
            missing.append(theirs)
    if missing:
        shown = first_few((name[:_LONGEST_NAME] for name in names), limit=12)
        raise RetierError(
            f"{table.name}: {origin} has no column {first_few(missing)} (it has {shown}): "
            f"name the right ones under rename, or set a value under constants, of sources.{table.name} in retier.yaml"
        )
    return mapped


def _made(spec: SourceSpec) -> dict[str, str | None]:
    """Return where our columns come from that no column of the source is; None for what is counted."""
    made: dict[str, str | None] = dict.fromkeys(COUNTED if spec.count else ())
    if spec.unpivot is not None:
        made |= {spec.unpivot.name: COLUMN_NAME, spec.unpivot.value: COLUMN_VALUE}
    return made


def _refuse_counted(name: str, names: Collection[str], table: Table, origin: str) -> None:
    if name in names:
        raise RetierError(
            f"{table.name}: {origin} has a column {name!r}, so its rows seem to be counted already: remove count of "
            f"sources.{table.name} in retier.yaml, or leave the column out"
        )
