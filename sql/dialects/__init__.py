"""The databases behind SQLAlchemy, a subclass of :class:`Dialect` each; nothing else branches on their names."""

from sql.dialects.base import SCHEMA, Dialect, Right, WarehouseGoneError, Writer, execute, literal, quoted
from sql.dialects.registry import (
    acquire_publish_lock,
    catalogue,
    database_of_url,
    dialect_of,
    dialect_of_url,
    exact_sum,
    given,
    load,
    read,
    with_own_driver,
)

__all__ = [
    "SCHEMA",
    "Dialect",
    "Right",
    "WarehouseGoneError",
    "Writer",
    "acquire_publish_lock",
    "catalogue",
    "database_of_url",
    "dialect_of",
    "dialect_of_url",
    "exact_sum",
    "execute",
    "given",
    "literal",
    "load",
    "quoted",
    "read",
    "with_own_driver",
]
