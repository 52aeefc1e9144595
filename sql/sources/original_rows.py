"""Reads quarantined rows with a repeated key again, exactly as they are in their file."""

from __future__ import annotations

import polars as pl

from sql.atomic import scratch_folder
from sql.sources.files import SourceFile, find_files
from sql.sources.origins import Place
from sql.sources.parquet import scan
from sql.sources.plain import local_copy
from sql.sources.raw import ROW
from sql.sources.refused import row_as_read
from sql.sources.spec import SourceSpec
from sql.sources.staging import Job
from sql.sources.textfile import text_rows
from sql.sources.value_text import value_text
from transforms.contracts import Table


def rows_as_read(held: pl.DataFrame, table: Table, spec: SourceSpec, place: Place) -> pl.DataFrame:
    """Return rows as they are in their file.

    A query is not run again, since it may return other rows: for its rows, the values of the contract are written.

    Args:
        held: Rows of ``located`` of a source.
        table: The source's contract.
        spec: Its specification.
        place: The project's folders.

    Returns:
        One row per given row: origin, position, row_as_read (a JSON object).

    Raises:
        RetierError: If a file can no longer be read.
    """
    files = {file.name: file for file in find_files(table.name, spec, place.project)} if spec.paths else {}
    columns = {name: value_text(pl.col(name), dtype) for name, dtype in table.schema.items() if held[name].count()}
    written = held.select("origin", "position", row_as_read(columns).alias("row_as_read"))
    found = [
        _of_file(files[str(origin)], rows, table, spec, place) if origin in files else rows
        for (origin,), rows in written.group_by("origin", maintain_order=True)
    ]
    return pl.concat([written.clear(), *found])


def _of_file(file: SourceFile, rows: pl.DataFrame, table: Table, spec: SourceSpec, place: Place) -> pl.DataFrame:
    with scratch_folder(place.staging / table.name) as scratch:
        if file.format == "parquet":
            local = scan([str(local_copy(file, table.name, scratch))], row_number=ROW)
            reread = local.filter(pl.col(ROW).is_in(rows["position"].implode())).collect(engine="streaming")
        else:
            reread = text_rows(file, Job(table, spec, scratch, scratch), rows["position"])
    columns = {name: value_text(pl.col(name), dtype) for name, dtype in reread.schema.items() if name != ROW}
    read = reread.select(pl.col(ROW).cast(pl.Int64).alias("position"), row_as_read(columns).alias("row_as_read"))
    return rows.drop("row_as_read").join(read, on="position", how="left", maintain_order="left")
