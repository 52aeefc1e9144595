"""Publishing a month to PostgreSQL, beside a bare COPY of the same rows into like tables without indexes.

Run as a module with a number of accounts, it measures that many and prints what each part took.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import psycopg
import sqlalchemy as sa

from sql.ddl import create_all
from sql.dialects import execute, read
from sql.dialects.copy_in import rendered
from sql.engine import make_engine, transaction
from sql.publish import publish
from sql.runs import Run
from tests.benchmarks.data import MONTH, account_ids, chance
from tests.postgres import running_server
from transforms.contracts import PUBLISHED, Field
from transforms.policy.model import PILLARS

ACCOUNTS = 100_000
COMPONENTS = 25
_CHANGED = 20
"""One account in so many changes its tier."""
_PIECE_BYTES = 1 << 20
_TABLES = ("account_features", "account_scores", "score_contributions_wide", "account_tiers", "tier_changes")


def month_frames(accounts: int, run: Run) -> dict[str, pl.DataFrame]:
    """Make the tables of a month, every column filled for three accounts in four."""
    numbers = pl.DataFrame({"account": pl.int_range(accounts, eager=True)})
    given = {
        "month": pl.lit(MONTH.first_day),
        "account_id": account_ids(pl.col("account")),
        "policy_version": pl.lit(run.policy_version),
        "run_id": pl.lit(run.run_id),
        "revision": pl.lit(1, pl.Int64),
        "change_id": pl.format("{}:change", pl.col("account")),
    }
    frames = {}
    for name in _TABLES:
        rows = numbers if name != "tier_changes" else numbers.filter(pl.col("account") % _CHANGED == 0)
        fields = enumerate(PUBLISHED[name].fields)
        frames[name] = rows.select(
            given.get(field.name, _drawn(field, seed)).cast(field.column.dtype).alias(field.name)
            for seed, field in fields
        )
    return frames | _policy_frames(run)


def _drawn(field: Field, seed: int) -> pl.Expr:
    dtype = field.column.dtype
    if isinstance(dtype, pl.List):
        parts = [_value(dtype.inner, seed + 100 * place, ("stale_source",)) for place in range(COMPONENTS)]
        return pl.concat_list(pl.when(chance(seed + place, 4) > 0).then(part) for place, part in enumerate(parts))
    value = _value(dtype, seed, field.column.allowed)
    return value if field.is_required else pl.when(chance(seed, 4) > 0).then(value)


def _value(dtype: object, seed: int, allowed: tuple[str, ...]) -> pl.Expr:
    if dtype == pl.String:
        texts = allowed or ("a text of usual length", "another, with a comma", 'one of "quotes"')
        return pl.lit(pl.Series(texts)).gather(chance(seed, len(texts)))
    if dtype == pl.Date:
        return pl.lit(MONTH.first_day) - pl.duration(days=chance(seed, 900))
    if dtype == pl.Boolean:
        return chance(seed, 2) == 1
    return chance(seed, 1_000_000_007) / 7919 if dtype == pl.Float64 else chance(seed, 1000)


def _policy_frames(run: Run) -> dict[str, pl.DataFrame]:
    policies, components = PUBLISHED["policies"], PUBLISHED["policy_components"]
    policy = {"policy_version": run.policy_version, "effective_month": MONTH.first_day, "content": "", "reason": ""}
    of_policy = [
        {
            "policy_version": run.policy_version,
            "position": position,
            "pillar": PILLARS[0],
            "component": f"component_{position}",
            "metric": "metric",
            "weight": 1.0,
            "is_actionable": True,
        }
        for position in range(1, COMPONENTS + 1)
    ]
    return {
        "policies": pl.DataFrame([policy], schema=policies.schema),
        "policy_components": pl.DataFrame(of_policy, schema=components.schema),
    }


def a_run() -> Run:
    """Describe the run that publishes."""
    at = datetime(2026, 11, 5, tzinfo=UTC)
    return Run(
        run_id="bench",
        month=MONTH,
        command="bench",
        started_at=at,
        finished_at=at,
        policy_version="1-bench",
        retier_version="0",
        currency="EUR",
        known_until=at,
    )


@contextmanager
def candidates(accounts: int) -> Iterator[Mapping[str, Callable[[], object]]]:
    """Return what is to be measured: publishing, and the COPY of the same rows from files of CSV."""
    run = a_run()
    frames = month_frames(accounts, run)
    with running_server() as server, tempfile.TemporaryDirectory(prefix="retier-bench-") as name:
        engine = make_engine(server.url(server.new_database()))
        with transaction(engine) as connection:
            create_all(connection)
            for table in _TABLES:
                execute(connection, f"create table bare_{table} (like {table})")
        for table in _TABLES:
            with (Path(name) / table).open("wb") as file:
                file.writelines(rendered(frames[table], table))
        yield {
            "bare copy": lambda: _copy(engine, Path(name)),
            "publish": lambda: _publish(engine, run, frames),
            "read": lambda: _read(engine),
        }


def _copy(engine: sa.Engine, folder: Path) -> None:
    with transaction(engine) as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        for table in _TABLES:
            execute(connection, f"truncate bare_{table}")
            statement = f"copy bare_{table} from stdin (format csv)".encode()
            with (folder / table).open("rb") as file, raw.cursor() as cursor, cursor.copy(statement) as copied:
                while piece := file.read(_PIECE_BYTES):
                    copied.write(piece)


def _publish(engine: sa.Engine, run: Run, frames: Mapping[str, pl.DataFrame]) -> None:
    with transaction(engine) as connection:
        # In the same transaction, so that what is published before is no older than it.
        execute(connection, f"truncate {', '.join((*_TABLES, 'runs'))}")
        create_all(connection)
        publish(connection, run, frames)


def _read(engine: sa.Engine) -> None:
    with transaction(engine) as connection:
        read(connection, "select * from account_tiers where month = :month", month=MONTH.first_day)


if __name__ == "__main__":
    with candidates(int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS) as measured:
        for what, work in measured.items():
            began = time.perf_counter()
            work()
            print(f"{what}: {time.perf_counter() - began:.2f} s")
