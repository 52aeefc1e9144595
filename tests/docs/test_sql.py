"""Queries in documents are such that the warehouse takes them; tests/sql/test_queries.py has those of queries.md."""

from __future__ import annotations

import duckdb
import pytest

from sql.ddl import create_all
from sql.engine import make_engine, transaction
from tests.docs.blocks import DOCUMENTS, blocks_of, text_of

OF_OTHER_TABLES = {"docs/connect-your-data.md", "docs/postgresql.md", "docs/queries.md", "docs/vendors.md"}
"""They show queries of the reader's own data, or of roles, or are run elsewhere."""

SHOWN = [
    pytest.param("\n".join(block.lines), id=f"{document}:{block.number}")
    for document in DOCUMENTS
    if str(document) not in OF_OTHER_TABLES
    for block in blocks_of(text_of(document))
    if block.language == "sql"
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Opened as a reader does, in the schema of what is published."""
    path = tmp_path_factory.mktemp("warehouse") / "retier.duckdb"
    with transaction(make_engine(f"duckdb:///{path}")) as connection:
        create_all(connection)
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute("use retier.retier")
        yield connection


@pytest.mark.parametrize("query", SHOWN)
def test_a_query_is_one_that_the_warehouse_takes(warehouse, query):
    assert warehouse.execute(query).fetchall() == []
