"""What a process that was killed may leave behind, and what not."""

from __future__ import annotations

import time

from flows.writing import writing
from tests.flows.crashes.stage import Copy

_EXPECTED = {
    "data",
    "facts",
    "out",
    "policy.yaml",
    "retier.duckdb",
    "retier.duckdb.lock",
    "retier.duckdb.sending.lock",
    "retier.yaml",
}

_FOREIGN = """
    select relations.relname
    from pg_class as relations
    join pg_namespace as schemas on schemas.oid = relations.relnamespace
    where schemas.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'retier')
    union all
    select gid from pg_prepared_xacts
    union all
    select 'a lock' from pg_locks
    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
"""

_NOTICED_SECONDS = 5.0
"""How long the server may take to notice that a process has died."""


def unfinished_files(copy: Copy) -> set[str]:
    """Name the files and folders that were being made; a later run removes them when they are two days old."""
    return {str(path.relative_to(copy.folder)) for path in copy.folder.rglob(".making-*")}


def assert_nothing_in_the_way(copy: Copy) -> None:
    """The lock is free, and nothing lies about but what the next run uses, overwrites or sweeps."""
    with writing(copy.project(), "test", wait_seconds=0):
        pass
    strange = {path.name for path in copy.folder.iterdir()} - _EXPECTED
    assert not strange, f"left in the project: {strange}"
    if copy.server is None or copy.database is None:
        return
    until = time.monotonic() + _NOTICED_SECONDS
    while left := copy.server.execute(_FOREIGN, copy.database):
        assert time.monotonic() < until, f"left in the database: {left}"
        time.sleep(0.05)
