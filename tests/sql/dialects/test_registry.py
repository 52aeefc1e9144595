"""Which database a URL or a connection belongs to, and what is known of those that are read from only."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from sql.dialects import database_of_url, dialect_of, dialect_of_url, with_own_driver
from sql.dialects.registry import DIALECTS


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("duckdb:///retier.duckdb", "duckdb", id="duckdb"),
        pytest.param("postgresql+psycopg://user@host/database", "postgresql", id="own driver"),
        pytest.param("postgresql://user@host/database", "postgresql", id="no driver"),
        pytest.param("postgresql+asyncpg://user@host/database", None, id="another driver"),
        pytest.param("sqlite:///x.db", None, id="no warehouse"),
        pytest.param("oracle://user@host/database", None, id="unknown"),
    ],
)
def test_a_url_names_its_dialect(url: str, name: str | None) -> None:
    found = dialect_of_url(sa.make_url(url))
    assert (found.name if found else None) == name


def test_an_engine_has_the_dialect_of_its_url() -> None:
    engine = sa.create_engine("postgresql+psycopg://user@host/database")
    assert dialect_of(engine) is DIALECTS["postgresql"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("postgres://host/d", "postgresql+psycopg://host/d", id="alias"),
        pytest.param("postgresql://host/d", "postgresql+psycopg://host/d", id="name"),
        pytest.param("postgresql+asyncpg://host/d", "postgresql+asyncpg://host/d", id="another driver"),
        pytest.param("duckdb:///d.duckdb", "duckdb:///d.duckdb", id="no driver needed"),
        pytest.param("oracle://host/d", "oracle://host/d", id="unknown"),
    ],
)
def test_a_url_without_a_driver_gets_the_one_that_comes_with_retier(url: str, expected: str) -> None:
    assert with_own_driver(sa.make_url(url)).render_as_string() == expected


@pytest.mark.parametrize(
    ("url", "is_file", "reads_files", "has_read_only"),
    [
        pytest.param("duckdb:///d.duckdb", True, True, False, id="duckdb"),
        pytest.param("sqlite:///d.db", True, False, True, id="sqlite"),
        pytest.param("postgresql+psycopg://host/d", False, False, True, id="postgresql"),
        pytest.param("oracle://host/d", False, False, False, id="unknown"),
    ],
)
def test_what_is_known_of_a_source(url: str, is_file: bool, reads_files: bool, has_read_only: bool) -> None:
    database = database_of_url(sa.make_url(url))
    assert (database.is_file, database.reads_files, database.read_only is not None) == (
        is_file,
        reads_files,
        has_read_only,
    )
