"""Transactions on a project's warehouse, retried when the connection is lost."""

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
"""A database that is restarted is back within seconds; waiting much longer helps nobody."""

_RETRIED_FOR_SECONDS = 20.0
"""How long after the first failure retries may begin: a server that does not even refuse takes 10 s each time."""


def read_in_transaction(project: Project, work: Callable[[Connection], Result]) -> Result | None:
    """Read what is published, in one snapshot.

    Returns:
        What the work returns; None where nothing has run yet.

    Raises:
        BusyError: If another process holds the warehouse for too long.
        RetierError: If the warehouse cannot be read, even after retries.
    """

    def once() -> Result | None:
        with reading(project) as connection:
            return None if connection is None else work(connection)

    return again_if_gone(once)


def write_in_transaction(project: Project, work: Callable[[Connection], Result]) -> Result:
    """Write to the warehouse: all of the work is committed, or none of it.

    Where the connection is lost before the commit is confirmed, the work is done again; it must check for itself
    whether the first attempt was committed.

    Raises:
        BusyError: If another process holds the warehouse for too long, or wrote at the same time.
        RetierError: If the warehouse cannot be written, even after retries.
    """

    def once() -> Result:
        with transaction(warehouse_engine(project)) as connection:
            create_all(connection)
            return work(connection)

    return again_if_gone(once)


def again_if_gone(once: Callable[[], Result]) -> Result:
    """Do work that needs the database, and retry it a few times where the connection is lost.

    Args:
        once: The work; it must check for itself what an earlier attempt has done.

    Raises:
        WarehouseGoneError: If the database stays unreachable.
    """
    given_up_at: float | None = None
    for pause in _PAUSES_SECONDS:
        try:
            return once()
        except WarehouseGoneError:
            given_up_at = given_up_at or time.monotonic() + _RETRIED_FOR_SECONDS
            if time.monotonic() + pause > given_up_at:
                raise
        time.sleep(pause)
    return once()
