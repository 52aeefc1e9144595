"""The vendors of a new project: what their kits make, and where their tables lie, as text of `retier.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from flows.settings.yaml_edit import in_flow
from sql.vendors.kit import VENDORS, kit_of
from sql.vendors.options import OPTIONS
from sql.vendors.settings import nearest
from transforms.contracts import SOURCES
from transforms.errors import WrongUseError

_INTRODUCTION = "# Each source is mapped by one of\n"
_SECTION = """\
# The tables that a connector landed, by vendor; kits make the sources below that say `vendor` of them.
# `retier check` tells what each kit found and left out, and why. See docs/vendors.md.
vendors:
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The vendors that a new project uses.

    Attributes:
        vendors: Their names.
        database: The URL of the database that holds their tables; None means files.
        files: The folder in which each vendor has a folder of its own.
        schemas: The schema of a vendor in the database, where it is not called like the vendor.
    """

    vendors: tuple[str, ...]
    database: str | None = None
    files: str = "data"
    schemas: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the names, and that no password would be written into a file.

        Raises:
            WrongUseError: If there is no such kit, or the URL holds a password.
        """
        for vendor in (*self.vendors, *self.schemas):
            if vendor not in VENDORS:
                raise WrongUseError(f"there is no kit for {vendor}: {nearest(vendor, VENDORS)}")
        if surplus := sorted(self.schemas.keys() - set(self.vendors)):
            raise WrongUseError(f"--schema names {surplus[0]}, which --with does not: name it in both")
        if self.schemas and self.database is None:
            raise WrongUseError("--schema goes with --database: files have no schemas")
        if self.database is not None and _has_password(self.database):
            raise WrongUseError(
                "--database holds a password, which retier.yaml should not: put the URL into the environment and write "
                "its name, as in '${VENDORS_URL}'"
            )


def chosen(names: str, database: str | None, files: str | None, schemas: Sequence[str]) -> Chosen:
    """Read the options of `retier init`.

    Args:
        names: Vendors, separated by commas.
        database: A URL, or ``${NAME}``.
        files: A folder.
        schemas: Texts such as ``stripe=fivetran_stripe``.

    Raises:
        WrongUseError: If the options do not go together or name no kit.
    """
    if database is not None and files is not None:
        raise WrongUseError("--database and --files exclude each other: name where the tables lie")
    pairs = dict(_pair(one) for one in schemas)
    vendors = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not vendors:
        raise WrongUseError(f"--with names no vendor: expected some of {', '.join(VENDORS)}")
    return Chosen(vendors, database, (files or "data").rstrip("/") or "/", pairs)


def with_vendors(text: str, these: Chosen) -> str:
    """Return the text of a new `retier.yaml` with the sources that kits make, and a section of their vendors.

    Args:
        text: The text of the template.
        these: The vendors.
    """
    for source in SOURCES:
        makers = [vendor for vendor in these.vendors if source in kit_of(vendor).sources]
        if makers:
            named = makers[0] if len(makers) == 1 else f"[{', '.join(makers)}]"
            block = re.compile(rf"^  (?:{source}:\n(?:    .*\n)+|# {source}:\n(?:  #   .*\n)+)", re.MULTILINE)
            text = block.sub(f"  {source}:\n    vendor: {named}\n", text, count=1)
    section = _SECTION + "".join(_section(vendor, these) for vendor in these.vendors)
    return text.replace(_INTRODUCTION, f"{section}\n{_INTRODUCTION}", 1)


def _section(vendor: str, these: Chosen) -> str:
    tables = [name for name, table in kit_of(vendor).tables.items() if not table.is_optional]
    example = tables[0] if tables else "account_map"
    if these.database is None:
        folder = in_flow(f"{these.files}/{vendor}/")
        place = f"    files: {folder}  # a file or a folder for each table, such as {example}.csv\n"
        other = f"data/other/{example}.csv"
    else:
        schema = these.schemas.get(vendor, vendor)
        place = f"    database: {_quoted(these.database)}\n    schema: {in_flow(schema)}\n"
        other = f"other_schema.{example}"
    options = in_flow(OPTIONS[vendor]().model_dump(mode="json"))
    return (
        f"  {vendor}:\n{place}"
        f"    # tables: {{{example}: {other}}}  # where a table is called otherwise; account_map, too\n"
        + (f"    # options: {options}\n" if options != "{}" else "")
    )


def _quoted(url: str) -> str:
    doubled = url.replace("'", "''")
    return f"'{doubled}'"


def _has_password(url: str) -> bool:
    try:
        password = sa.make_url(url).password
    except (sa.exc.ArgumentError, ValueError):
        return False
    return bool(password) and "${" not in str(password)


def _pair(text: str) -> tuple[str, str]:
    vendor, equals, schema = text.partition("=")
    if not (vendor and equals and schema):
        raise WrongUseError(f"--schema {text!r} is not VENDOR=SCHEMA: write one such as stripe=fivetran_stripe")
    return vendor, schema
