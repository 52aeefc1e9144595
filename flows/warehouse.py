"""The warehouse of a project, opened for reading what is published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from flows.settings import Project
from sql.dialect import catalogue
from sql.engine import make_engine, transaction


def warehouse_engine(project: Project) -> sa.Engine:
    """Make the engine of a project's warehouse.

    Raises:
        WrongUseError: If the URL names no warehouse that retier can use.
    """
    return make_engine(project.settings.warehouse, project.directory)


@contextmanager
def reading(project: Project) -> Iterator[sa.Connection | None]:
    """Open the warehouse for reading; None where nothing has run yet, because reading must not make it.

    Raises:
        BusyError: If another process holds the file for too long.
        RetierError: If the file cannot be opened or read.
    """
    engine = warehouse_engine(project)
    if not Path(str(engine.url.database)).exists():
        yield None
        return
    with transaction(engine) as connection:
        yield connection if "runs" in set(catalogue(connection)["table_name"]) else None
