"""Work in transactions on a project's warehouse, tried again where the database went away meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from flows.settings import Project
from flows.warehouse import reading, warehouse_engine
from sql.ddl import create_all
from sql.engine import WarehouseGoneError, transaction

Result = TypeVar("Result")

_PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""A database that is restarted is back within seconds; nobody is helped by waiting much longer."""

_PATIENCE_SECONDS = 20.0
"""How long after the first failure it may be tried again: a server that does not even refuse takes 10 s each time."""


def read_in_transaction(project: Project, work: Callable[[Connection], Result]) -> Result | None:
    """Read what is published; all of it is of one moment.

    Returns:
        What the work gives; None where nothing has run yet.

    Raises:
        BusyError: If another process holds the warehouse for too long.
        RetierError: If the warehouse cannot be read, tried again or not.
    """

    def once() -> Result | None:
        with reading(project) as connection:
            return None if connection is None else work(connection)

    return again_if_gone(once)


def write_in_transaction(project: Project, work: Callable[[Connection], Result]) -> Result:
    """Write to the warehouse: all of the work happens, or nothing does.

    Where the database went away before it said that it had kept the work, the work is done again: it must see for
    itself whether it was kept.

    Raises:
        BusyError: If another process holds the warehouse for too long, or wrote at the same time.
        RetierError: If the warehouse cannot be written, tried again or not.
    """

    def once() -> Result:
        with transaction(warehouse_engine(project)) as connection:
            create_all(connection)
            return work(connection)

    return again_if_gone(once)


def again_if_gone(once: Callable[[], Result]) -> Result:
    """Do what needs the database, and again a few times where the database went away meanwhile.

    Args:
        once: What to do; it must see for itself what it did before.

    Raises:
        WarehouseGoneError: If the database stays away.
    """
    given_up_at: float | None = None
    for pause in _PAUSES_SECONDS:
        try:
            return once()
        except WarehouseGoneError:
            given_up_at = given_up_at or time.monotonic() + _PATIENCE_SECONDS
            if time.monotonic() + pause > given_up_at:
                raise
        time.sleep(pause)
    return once()
