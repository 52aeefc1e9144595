"""What `retier.yaml` says of vendors: where their tables lie, and how their kits make rows of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sql.vendors.kit import VENDORS, Kit, kit_of
from sql.vendors.options import (
    HubSpotOptions,
    Options,
    SalesforceOptions,
    SegmentOptions,
    StripeOptions,
    ZendeskOptions,
)
from sql.vendors.versions import VERSIONS

_Words = Annotated[str, Field(min_length=1)]
_SomeWords = Annotated[list[_Words], Field(min_length=1)]
OptionsT = TypeVar("OptionsT", bound=Options)


def _list(written: object) -> object:
    return [written] if isinstance(written, str) else written


class Vendor(BaseModel, Generic[OptionsT]):
    """Where the tables of one vendor lie, and the options of its kit.

    Attributes:
        files: A folder with a file, or a folder of files, for each table; or a glob with ``{table}``.
        database: The URL of the database that holds them, instead of files.
        schema_name: The schema in it; ``schema`` in the file.
        tables: The files or names of single tables, where they are not those that the kit looks for; null for a table
            that is there but is not to be read.
        columns: By table and our name, the names of columns that are not those that the kit looks for.
        options: How the kit makes rows.
    """

    # The message does not repeat an invalid setting, since the database URL may contain a password.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    files: _Words | None = None
    database: _Words | None = Field(None, repr=False)
    schema_name: _Words | None = Field(None, alias="schema")
    tables: dict[str, Annotated[_SomeWords | None, BeforeValidator(_list)]] = {}
    columns: dict[str, dict[str, _Words]] = {}
    options: OptionsT

    @model_validator(mode="before")
    @classmethod
    def _options_have_defaults(cls, written: Any) -> Any:
        return {"options": {}, **written} if isinstance(written, dict) else written

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.files is None) == (self.database is None):
            raise ValueError("write either files, a folder, or database, a URL")
        if self.schema_name is not None and self.database is None:
            raise ValueError("schema goes with database, not with files")
        if self.files is not None and "://" in self.files:
            raise ValueError("kits read local files: copy them into the project, or read them in a database")
        several = [name for name, these in self.tables.items() if these is not None and len(these) > 1]
        if self.database is not None and several:
            raise ValueError(f"a table of a database has one name: write one under tables.{several[0]}")
        return self

    def problems(self, kit: Kit) -> Iterator[str]:
        """Yield what is wrong with the names of tables and columns."""
        for table in {**self.tables, **self.columns}:
            if table not in kit.tables:
                yield f"the kit for {kit.vendor} reads no table {table}: {nearest(table, kit.tables)}"
            elif self.tables.get(table, "") is None and not kit.tables[table].is_optional:
                yield f"the kit for {kit.vendor} cannot do without {table}: name its file or table, not null"
        for table, columns in self.columns.items():
            known = kit.tables[table].columns if table in kit.tables else {}
            for column in columns:
                if known and column not in known:
                    yield f"the kit for {kit.vendor} reads no column {table}.{column}: {nearest(column, known)}"


class Vendors(BaseModel):
    """The vendors of a project, each a :class:`Vendor`; null where the project does not use it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    stripe: Vendor[StripeOptions] | None = None
    zendesk: Vendor[ZendeskOptions] | None = None
    salesforce: Vendor[SalesforceOptions] | None = None
    hubspot: Vendor[HubSpotOptions] | None = None
    segment: Vendor[SegmentOptions] | None = None

    def of(self, vendor: str) -> Vendor[Options] | None:
        """Return what is said of a vendor; null if nothing is."""
        return getattr(self, vendor, None)


@dataclass(frozen=True, slots=True)
class KitInUse:
    """A kit as a project uses it for a source.

    Attributes:
        vendor: The vendor.
        settings: Where its tables lie, and the options.
    """

    vendor: str
    settings: Vendor[Options] = field(repr=False)

    @property
    def kit(self) -> Kit:
        """The kit itself."""
        return kit_of(self.vendor)

    def definition(self) -> dict[str, object]:
        """Return everything that decides what the kit makes of the same tables."""
        return {
            "vendor": self.vendor,
            "version": max(VERSIONS[self.vendor]),
            "options": self.settings.options.model_dump(mode="json"),
            "columns": self.settings.columns,
        }


def vendor_problem(vendor: str, source: str, vendors: Vendors) -> str | None:
    """Say why a source cannot come from a vendor's kit; null if it can."""
    if vendor not in VENDORS:
        return f"unknown vendor: {nearest(vendor, VENDORS)}"
    kit = kit_of(vendor)
    if source not in kit.sources:
        return f"the kit for {vendor} makes no {source}: it makes {', '.join(kit.sources) or 'none yet'}"
    if vendors.of(vendor) is None:
        return f"expected a section vendors.{vendor} that says where its tables lie, as files or as a database"
    return None


def nearest(name: str, known: Collection[str]) -> str:
    """Suggest the nearest of some names, or list them."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
