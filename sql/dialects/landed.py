"""How columns that a connector landed become values of the types that a vendor kit declares.

Whatever a column was landed as, every database means the same by its value: times are UTC without a zone, empty texts
are null.
"""

from __future__ import annotations

import re
from typing import ClassVar, Literal

Kind = Literal["id", "text", "integer", "number", "boolean", "timestamp", "date", "json"]
"""The declared types. An id is a text; a whole number that a connector landed as a float has no ``.0`` in it."""

SQL_TYPES: dict[Kind, str] = {
    "id": "varchar",
    "text": "varchar",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "date": "date",
}

_TEXTS = re.compile(r"(varchar|text|string|n?v?char|character|citext|name)\b.*")
_INTEGERS = re.compile(r"u?(tiny|small|big|huge)?int(eger)?\d?|(big)?serial")
_FRACTIONS = re.compile(r"(double|float|real|numeric|decimal)\b.*")
_NESTED = re.compile(r".*\]|(struct|map|list|array|union)\b.*")


class LandedColumns:
    """The SQL of one database; the methods that are shared are right for all of them.

    Attributes:
        json_type: The type of JSON whose values ``->>`` takes out.
        nested_as_json: The function that makes JSON of lists and structures.
    """

    json_type: ClassVar[str]
    nested_as_json: ClassVar[str]

    def null(self, kind: Kind) -> str:
        """Return the value of a column that was not landed."""
        return f"cast(null as {SQL_TYPES.get(kind, self.json_type)})"

    def value(self, column: str, landed: str, kind: Kind) -> str:
        """Return SQL for the value of a landed column.

        Args:
            column: Its name as an SQL identifier.
            landed: Its type, in the database's words.
            kind: The declared type.
        """
        landed = landed.lower()
        if kind == "json":
            return self._json(column, landed)
        if kind == "id":
            return self._id(column, landed)
        if kind == "text":
            return _text(column, landed)
        if kind == "boolean":
            return self._boolean(column, landed)
        if kind in {"integer", "number"}:
            return _number(column, landed, kind)
        if kind == "date":
            return column if landed == "date" else f"cast({self._timestamp(column, landed)} as date)"
        return self._timestamp(column, landed)

    def _id(self, column: str, landed: str) -> str:
        text = _text(column, landed)
        if _INTEGERS.fullmatch(landed) or landed == "uuid":
            return text
        return f"regexp_replace({text}, '^([0-9]+)[.]0+$', '\\1')"

    def _boolean(self, column: str, landed: str) -> str:
        if landed.startswith("bool"):
            return column
        if _INTEGERS.fullmatch(landed) or _FRACTIONS.fullmatch(landed):
            return f"{column} <> 0"
        return f"cast({_text(column, landed)} as boolean)"

    def _timestamp(self, column: str, landed: str) -> str:
        if landed == "timestamptz" or (landed.startswith("timestamp") and " with time zone" in landed):
            return f"{column} at time zone 'UTC'"
        if landed.startswith(("timestamp", "datetime")) or landed == "date":
            return f"cast({column} as timestamp)"
        if _INTEGERS.fullmatch(landed) or _FRACTIONS.fullmatch(landed):
            return _since_1970(column)
        return self._timestamp_of_text(_text(column, landed))

    def _timestamp_of_text(self, text: str) -> str:
        """Return SQL that reads a time with or without a zone; without one it is in UTC."""
        raise NotImplementedError

    def _json(self, column: str, landed: str) -> str:
        if _NESTED.fullmatch(landed):
            return f"{self.nested_as_json}({column})"
        return f"cast(nullif({_text(f'cast({column} as varchar)', 'varchar')}, 'null') as {self.json_type})"


class LandedInDuckDB(LandedColumns):
    """DuckDB: files, and tables of a DuckDB file."""

    json_type = "json"
    nested_as_json = "to_json"

    def _timestamp_of_text(self, text: str) -> str:
        # A cast to a timestamp without a zone would drop the offset; that with one reads in UTC, the connection's zone.
        return f"cast({text} as timestamptz) at time zone 'UTC'"


class LandedInPostgreSQL(LandedColumns):
    """PostgreSQL."""

    json_type = "jsonb"
    nested_as_json = "to_jsonb"

    def _timestamp_of_text(self, text: str) -> str:
        # Without an offset, a cast to a time with a zone would read it in the zone of the session.
        has_zone = f"{text} ~ '[0-9]:[0-9][0-9]([.][0-9]+)? ?(Z|UTC|[+-][0-9][0-9](:?[0-9][0-9])?)$'"
        return (
            f"case when {has_zone} then cast({text} as timestamptz) at time zone 'UTC' "
            f"else cast({text} as timestamp) end"
        )


def _text(column: str, landed: str) -> str:
    if not _TEXTS.fullmatch(landed):
        return f"cast({column} as varchar)"
    return f"nullif(trim({column}), '')"


def _since_1970(number: str) -> str:
    """Return SQL that reads seconds since 1970, or milliseconds, as the vendors' own interfaces give them."""
    return f"to_timestamp(case when {number} >= 1e11 then {number} / 1000.0 else {number} end) at time zone 'UTC'"


def _number(column: str, landed: str, kind: Kind) -> str:
    is_whole, is_fraction = _INTEGERS.fullmatch(landed), _FRACTIONS.fullmatch(landed)
    if kind == "integer":
        if is_whole:
            return f"cast({column} as bigint)"
        return f"cast(cast({column if is_fraction else _text(column, landed)} as decimal(38, 9)) as bigint)"
    return f"cast({column if is_whole or is_fraction else _text(column, landed)} as double precision)"
