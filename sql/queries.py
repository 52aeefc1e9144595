"""Questions that analysts and customer-success leaders ask, each answered by a query in templates/queries.

``python -m sql.queries docs/queries.md`` writes them all on one page; a test holds that it is up to date.

A file begins with comments: the question in the first line, how to read the result in the others. The query after them
does not qualify tables and uses only what DuckDB and PostgreSQL have in common, so that its text can be pasted
anywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from sql.ddl import create_all
from sql.dialects import SCHEMA, dialect_of, read

FOLDER = Path(__file__).parent / "templates" / "queries"

CHAPTERS = {
    "The portfolio": (
        "arr_moved_between_tiers",
        "value_bands_against_tiers",
        "rfm_against_tiers",
        "promotions_a_year_later",
        "flapping_accounts",
    ),
    "Accounts that call for a decision": (
        "accounts_near_promotion",
        "accounts_waiting_for_promotion",
        "accounts_that_cost_more_than_they_bring",
        "health_moved_by",
        "lifts_without_recovery",
        "renewals_at_risk",
        "overrides_ending",
        "needs_unserved",
    ),
    "The team": (
        "owners_without_room",
        "overdue_actions",
        "notifications_that_never_arrived",
    ),
    "Data and policy": (
        "components_without_data",
        "checks_that_keep_warning",
        "rows_quarantined",
        "tiers_told_otherwise",
        "policies_in_force",
    ),
}
"""The names of all queries, in the order of the page."""

_INTRODUCTION = f"""\
# Questions and queries

Written from `sql/templates/queries/` by `make dictionary`: change them there.

Each query can be pasted as it is into psql, DBeaver, DuckDB or a BI tool, and means the same on DuckDB and PostgreSQL.
What you may want to change (an account, a month, a limit) is in `parameters`, at the top of the query; there are no
placeholders, since every tool writes those differently. Past months are counted from the newest published
one. The columns are described in the [data dictionary](data_dictionary.md).

Tables are named without their schema, so say first where they are. In a DuckDB file called `{SCHEMA}.duckdb`:

```sql
use {SCHEMA}.{SCHEMA};
```

On PostgreSQL:

```sql
set search_path to {SCHEMA};
```

From Python, in the folder of the repository:

```sh
make demo
```

```python
import pathlib

import duckdb

warehouse = duckdb.connect("demo/{SCHEMA}.duckdb", read_only=True)
warehouse.execute("use {SCHEMA}.{SCHEMA}")
query = pathlib.Path("sql/templates/queries/accounts_near_promotion.sql").read_text(encoding="utf-8")
warehouse.sql(query).show()
```

A [notebook](notebooks/movements.ipynb) opens the same file and draws the mix of tiers and who moves between them.
Jupyter is not part of retier; install it as well:

<!-- not run: needs the network -->

```sh
.venv/bin/pip install jupyterlab
.venv/bin/jupyter lab docs/notebooks/movements.ipynb
```
"""


@dataclass(frozen=True)
class Query:
    """A question and its answer in SQL.

    Attributes:
        name: The name of its file.
        question: The question, as a person asks it.
        reading: How to read the result, in lines.
        statement: The query, without the comments at its head and without the semicolon at its end.
    """

    name: str
    question: str
    reading: str
    statement: str


def load_query(name: str) -> Query:
    """Read a query by the name of its file.

    Raises:
        FileNotFoundError: If there is none of that name.
    """
    lines = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    first = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    question, *reading = (line.removeprefix("-- ") for line in lines[:first])
    return Query(name, question, "\n".join(reading), "\n".join(lines[first:]).removesuffix(";"))


def page() -> str:
    """Write all queries, with the columns of their results, as Markdown."""
    engine = sa.create_engine("duckdb:///:memory:", poolclass=NullPool)
    with engine.begin() as connection:
        dialect_of(connection).prepare(connection.connection.driver_connection)
        create_all(connection)
        lines = [_INTRODUCTION]
        for chapter, names in CHAPTERS.items():
            lines.append(f"## {chapter}\n")
            for name in names:
                lines.extend(_section(connection, load_query(name)))
    return "\n".join(lines).rstrip() + "\n"


def _section(connection: sa.Connection, query: Query) -> Iterator[str]:
    columns = read(connection, query.statement).columns
    yield f"### {query.question}\n"
    yield f"{query.reading}\n"
    yield f"```sql\n{query.statement};\n```\n"
    yield f"Columns: {', '.join(f'`{column}`' for column in columns)}. File: `{query.name}.sql`.\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
