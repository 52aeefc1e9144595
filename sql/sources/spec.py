"""The settings of one source in `retier.yaml`: its location, its format, and its mapping to the contract."""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from sql.vendors.settings import KitInUse, Vendors
from transforms.contracts import Column, Table
from transforms.errors import WrongUseError, first_few
from transforms.month import Month

# Python counts these among encodings, but they write names or program text in ASCII: they would change what they read,
# such as a backslash, a plus sign or the end of a line, or refuse every file.
_NO_CHARSETS = frozenset(
    {"charmap", "idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)
_OF_FILES = ("format", "delimiter", "encoding", "quote", "decimal")


def as_text(value: object) -> str | None:
    """Write a value of a YAML file as a text file would; None stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    raise ValueError(f"expected a single value, got {value!r}")


def _value_map(written: Any) -> Any:
    if not isinstance(written, dict):
        return written
    if any(isinstance(theirs, bool) for theirs in written):
        raise ValueError("YAML reads a bare yes, no, on, off, true or false as a truth value: write it in quotes")
    return {as_text(theirs) or "": as_text(ours) for theirs, ours in written.items()}


def _is_encoding(name: str) -> str:
    try:
        info = codecs.lookup(name)
        "".encode(name)
        is_charset = info.name.replace("_", "-") not in _NO_CHARSETS
    except (LookupError, UnicodeError, ValueError) as error:
        raise ValueError(_no_encoding(name)) from error
    if not is_charset:
        raise ValueError(_no_encoding(name))
    return info.name


def _no_encoding(name: str) -> str:
    return f"{name!r} is not the encoding of a text file: write one such as utf-8, utf-16, cp1252, latin-1 or mac-roman"


def _is_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError(f"{name!r} is not a time zone: write one such as Europe/Berlin") from error
    return name


def _is_month(text: str) -> str:
    try:
        return str(Month.parse(text))
    except WrongUseError as error:
        raise ValueError(f"{text!r} is not a month: write one such as 2026-10") from error


def _one_character(text: str) -> str:
    text = "\t" if text == "tab" else text
    if len(text) != 1 or not text.isascii() or text in '\r\n\x00"':
        raise ValueError("expected one character, such as ';', or the word tab")
    return text


def _quote(text: str) -> str:
    if len(text) > 1 or not text.isascii() or text in {"\r", "\n", "\x00"}:
        raise ValueError("expected one character, or nothing ('') where the file knows no quotes")
    return text


def _factor(number: float) -> float:
    if not math.isfinite(number) or number == 0:
        raise ValueError("expected a number other than 0")
    return number


def _is_date_format(text: str) -> str:
    moment = pl.Series([datetime(2026, 11, 23, 13, 45, 56, tzinfo=UTC)])
    try:
        again = moment.dt.strftime(text).str.to_datetime(text, strict=False)
    except pl.exceptions.PolarsError:
        again = pl.Series([None])
    if again[0] is None or again[0].date() != date(2026, 11, 23):
        raise ValueError(f"{text!r} does not write a whole date: use a format such as %d.%m.%Y")
    return text


def _as_list(written: Any) -> Any:
    return [written] if isinstance(written, str) else written


_Words = Annotated[str, Field(min_length=1)]
_Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_ValueMap = Annotated[dict[str, str | None], BeforeValidator(_value_map)]
_Constant = Annotated[str | None, BeforeValidator(as_text)]


class Cast(BaseModel):
    """How a column is written, if not in the usual format.

    Attributes:
        format: For dates and times: their format, for example ``%d.%m.%Y``; ``%s`` is seconds since 1970.
        multiply: For numbers: the factor to multiply them by, for example 0.01 for amounts in cents.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Annotated[_Words, AfterValidator(_is_date_format)] | None = None
    multiply: Annotated[float, AfterValidator(_factor)] | None = None


# Options that are always part of the definition; those added after 0.1.0 only if they are used.
_OF_0_1_0 = frozenset(
    {"sql", "format", "delimiter", "encoding", "quote", "decimal", "null_values", "timezone", "rename", "constants"}
    | {"cast", "values"}
)


class SourceSpec(BaseModel):
    """One source of a project: one of ``path``, ``sql`` and ``vendor``, and the mapping of its columns to the contract.

    Attributes:
        path: A file or glob, or several; relative to the project, or a URL such as ``s3://bucket/usage/*.parquet``.
        sql: The path of a template that ends in ``.sql`` or ``.sql.j2``, or the SQL itself.
        vendor: The vendor whose kit makes the rows, or several, whose rows follow one another.
        database: SQLAlchemy URL of the database that runs the SQL; None means DuckDB over the project's files.
        files: Files, folders, globs and URLs that SQL on DuckDB may read besides the project, each by the name of the
            variable that holds its paths.
        format: The format of the files; None means that it follows from their names.
        delimiter: What separates the columns of a CSV file; None means that it is detected.
        encoding: The encoding of text files; byte order marks are recognised without it.
        quote: What encloses cells that contain the delimiter or a line ending.
        decimal: The decimal mark of numbers in text files.
        null_values: The values that mean null, besides an empty cell.
        timezone: The time zone of naive timestamps.
        rename: The source's column names, by our column name.
        constants: Values for every row, by our column name.
        cast: How columns are written, by our column name.
        values: Maps from the source's values to ours, by our column name; ``''`` is an empty cell.
        known_since: The first month of which the source is complete; None to find it from the months with rows.
        rhythm: How often a source of usage has rows; None to find it from the gaps between them.
    """

    # The message does not repeat an invalid setting, since the database URL may contain a password.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    path: _Words | Annotated[list[_Words], Field(min_length=1)] | None = None
    sql: _Words | None = None
    vendor: _Words | Annotated[list[_Words], Field(min_length=1)] | None = None
    database: _Words | None = Field(None, repr=False)
    files: dict[_Variable, Annotated[list[_Words], BeforeValidator(_as_list), Field(min_length=1)]] = {}
    format: Literal["csv", "jsonl", "parquet"] | None = None
    delimiter: Annotated[str, AfterValidator(_one_character)] | None = None
    encoding: Annotated[str, AfterValidator(_is_encoding)] = "utf-8"
    quote: Annotated[str, AfterValidator(_quote)] = '"'
    decimal: Literal[".", ","] = "."
    null_values: list[Annotated[str, BeforeValidator(as_text)]] = []
    timezone: Annotated[str, AfterValidator(_is_timezone)] = "UTC"
    rename: dict[str, _Words] = {}
    constants: dict[str, _Constant] = {}
    cast: dict[str, Cast] = {}
    values: dict[str, _ValueMap] = {}
    known_since: Annotated[str, AfterValidator(_is_month)] | None = None
    rhythm: Literal["daily", "weekly", "monthly"] | None = None

    _kits: tuple[KitInUse, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = [name for name in ("path", "sql", "vendor") if getattr(self, name) is not None]
        if len(origins) != 1:
            raise ValueError("write exactly one of path, sql and vendor")
        (origin,) = origins
        if self.database is not None and origin != "sql":
            raise ValueError(f"database goes with sql, not with {origin}")
        if self.files and origin != "sql":
            raise ValueError(f"files goes with sql, not with {origin}")
        given = [option for option in _OF_FILES if option in self.model_fields_set]
        if origin != "path" and given:
            raise ValueError(f"{first_few(given)} goes with path, not with {origin}")
        if origin == "vendor" and "timezone" in self.model_fields_set:
            raise ValueError("timezone goes with path or sql: the times of kits are in UTC")
        if len(set(self.vendors)) < len(self.vendors):
            raise ValueError("names a vendor twice")
        both = sorted(self.rename.keys() & self.constants.keys())
        if both:
            raise ValueError(f"{first_few(both)} is both renamed and constant")
        return self

    @property
    def paths(self) -> list[str]:
        """The files and globs; none if the source is a query."""
        if self.path is None:
            return []
        return [self.path] if isinstance(self.path, str) else list(self.path)

    @property
    def vendors(self) -> list[str]:
        """The vendors whose kits make the rows, one after the other; none if the source is files or a query."""
        if self.vendor is None:
            return []
        return [self.vendor] if isinstance(self.vendor, str) else list(self.vendor)

    @property
    def kits(self) -> tuple[KitInUse, ...]:
        """The kits of these vendors, as :meth:`with_kits` was told of them."""
        return self._kits

    def with_kits(self, vendors: Vendors) -> Self:
        """Return the specification with what the project says of its vendors.

        Args:
            vendors: The vendors of the project, every one of this source among them.
        """
        made = self.model_copy()
        made._kits = tuple(KitInUse(name, said) for name in self.vendors if (said := vendors.of(name)) is not None)
        return made

    def problems(self, table: Table) -> list[str]:
        """List the settings for columns that the table does not have, or that do not fit the column."""
        named: dict[str, Mapping[str, object]] = {
            "rename": self.rename,
            "constants": self.constants,
            "cast": self.cast,
            "values": self.values,
        }
        found = [
            f"{option} names {first_few(unknown)}, which {table.name} does not have "
            f"(its columns are {', '.join(table.columns)})"
            for option, columns in named.items()
            if (unknown := set(columns) - set(table.columns))
        ]
        if self.rhythm is not None and table.name != "usage":
            found.append(f"rhythm goes with usage, not with {table.name}")
        if self.known_since is not None and table.event_time is None:
            found.append(f"known_since goes with sources of events, and {table.name} is read whole")
        for name, cast in self.cast.items():
            if name in table.columns:
                found += _cast_problems(table.field(name).column, cast)
        return found

    def definition(self) -> str:
        """Return everything that decides how rows are read, as text that is equal if the meaning is equal."""
        kept = self.model_dump(mode="json", exclude={"path", "database", "files"})
        later = {name for name in kept.keys() - _OF_0_1_0 if kept[name] == type(self).model_fields[name].default}
        kept = {name: value for name, value in kept.items() if name not in later}
        if self._kits:
            kept["kits"] = [use.definition() for use in self._kits]
        return json.dumps(kept, sort_keys=True, ensure_ascii=True)


def _cast_problems(column: Column, cast: Cast) -> Iterator[str]:
    is_time = column.dtype.is_temporal()
    if cast.format is not None and not is_time:
        yield f"cast sets a date format for {column.name}, but it is not a date"
    if cast.multiply is not None and not column.dtype.is_numeric():
        yield f"cast multiplies {column.name}, but it is not a number"
