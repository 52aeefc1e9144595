"""`retier quarantine`: the quarantined rows, and their export."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import JsonOption, ProjectOption

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from flows.quarantined_rows import Quarantine

EXAMPLE = "retier quarantine --month 2026-10 --source usage --export held.csv"

_SHOWN = 20
_LONGEST_ROW = 200

HeldMonthOption = Annotated[
    str | None,
    typer.Option("--month", metavar="YYYY-MM", help="A month; without it the one that ran last.", show_default=False),
]
SourceOption = Annotated[
    str | None, typer.Option("--source", help="A source, such as usage; without it all.", show_default=False)
]
ExportOption = Annotated[
    Path | None,
    typer.Option(
        "--export", metavar="FILE", help="Write the rows into a .csv, .jsonl or .parquet file.", show_default=False
    ),
]


def command(
    month: HeldMonthOption = None,
    source: SourceOption = None,
    export: ExportOption = None,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """List the quarantined rows of a month, with the rules that they broke."""
    from flows.cli.output import console, print_json
    from flows.quarantined_rows import export_rows, read_quarantine
    from flows.settings import load_project
    from transforms.month import Month

    read = load_project(project, os.environ)
    found = read_quarantine(read, Month.parse(month) if month is not None else None, source)
    if export is not None:
        export_rows(found.rows, export)
    if as_json:
        print_json({"month": found.month, "rows": found.rows.to_dicts()})
    else:
        _show(console(), found, export)


def _show(console: Console, found: Quarantine, export: Path | None) -> None:
    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    of_source = "" if found.source is None else f" of {found.source}"
    held = pluralize(found.rows.height, "row")
    if found.rows.is_empty():
        console.print(f"No row{of_source} is quarantined in {found.month}.")
        return
    console.print(f"{held}{of_source} quarantined in {found.month}:")
    _show_rows(console, found.rows)
    if export is not None:
        console.print(f"Written to {escape_controls(str(export))}.", soft_wrap=True)
    else:
        more = found.rows.height - _SHOWN
        rest = f"{more:,} more are not shown; " if more > 0 else ""
        console.print(f"{rest}--export FILE writes all of them. Fix the source and run the month again.")


def _show_rows(console: Console, rows: pl.DataFrame) -> None:
    from flows.escaping import escape_controls

    for row in rows.head(_SHOWN).iter_rows(named=True):
        place = f"{escape_controls(row['origin'])} row {row['position_in_origin']:,}"
        console.print(f"  {row['source']}: {place}: {row['broken_rules'].replace(',', ', ')}", soft_wrap=True)
        read = escape_controls(row["row_as_read"])
        cut = read if len(read) <= _LONGEST_ROW else f"{read[:_LONGEST_ROW]}…"
        console.print(f"    {cut}", soft_wrap=True, style="dim")
