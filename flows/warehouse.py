"""The warehouse of a project, opened for reading what is published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from flows.settings import Project
from sql.ddl import create_all, is_behind, is_known_good
from sql.dialects import dialect_of
from sql.engine import make_engine, transaction


def warehouse_engine(project: Project) -> sa.Engine:
    """Make the engine of a project's warehouse.

    Raises:
        WrongUseError: If the URL names no warehouse that retier can use.
    """
    return _engine(project.settings.warehouse, project.directory)


@lru_cache(maxsize=8)
def _engine(url: str, directory: Path) -> sa.Engine:
    # An engine holds no connection, but asks a database about itself before its first one.
    return make_engine(url, directory)


@contextmanager
def reading(project: Project, *, is_migrating: bool = True) -> Iterator[sa.Connection | None]:
    """Open the warehouse for reading; None if nothing has run yet, because reading must not create it.

    All reads see the same snapshot. A warehouse that an earlier version of retier made is migrated to the present
    contracts first, since it may lack what is about to be read.

    Args:
        project: The project.
        is_migrating: Whether it is; without that only what 0.1.0 had may be read.

    Raises:
        BusyError: If another process holds the file for too long.
        WarehouseGoneError: If the server cannot be reached.
        RetierError: If the warehouse cannot be opened or read.
    """
    engine = warehouse_engine(project)
    if not dialect_of(engine).is_there(engine.url):
        yield None
        return
    with transaction(engine, is_of_one_moment=True) as connection:
        if is_known_good(connection):
            yield connection
            return
        found = dialect_of(connection).column_names(connection)
        has_run = "runs" in {table for table, _ in found}
        if not has_run or not is_migrating or not is_behind(found):
            yield connection if has_run else None
            return
    with transaction(engine) as connection:
        create_all(connection)
    with transaction(engine, is_of_one_moment=True) as connection:
        yield connection
