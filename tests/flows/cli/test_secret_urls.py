"""A secret in the URL of a warehouse or a source is in nothing that a command says, and in no file that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.conftest import Run, write_project

SECRET = "plantedsecret"
WAREHOUSES = [
    pytest.param(f"duckdb:///x.duckdb?motherduck_token={SECRET}", id="a token beside a file"),
    pytest.param(f"duckdb:///md:?motherduck_token={SECRET}", id="a token of MotherDuck"),
    pytest.param(f"duckdb:///x.duckdb?nothing_known={SECRET}", id="an unknown option"),
    pytest.param(f"duckdb://me:{SECRET}@host", id="a password of DuckDB"),
    pytest.param(f"postgresql://me:{SECRET}@127.0.0.1:1/db", id="a password"),
    pytest.param(f"postgresql://me@127.0.0.1:1/db?password={SECRET}", id="a password as an option"),
    pytest.param(f"postgresql://me@127.0.0.1:1/db?sslpassword={SECRET}&sslmode=require", id="of a key"),
    pytest.param(f"postgresql://me@127.0.0.1:1/db?options=-cx.y%3D{SECRET}", id="options of the server"),
    pytest.param(f"mysql://me@host/db?ssl_key={SECRET}", id="another database"),
]
LINES = (("status",), ("status", "--json"), ("--debug", "status"), ("notify",), ("--debug", "notify", "--json"))


def hidden(run: Run, folder: Path, *lines: tuple[str, ...]) -> list[str]:
    """What was said to each command, without the secret in it or in any file but the settings."""
    told = []
    for line in lines:
        result = run(*line, "--project", folder)
        told.append(f"{result.stdout}\n{result.stderr}\n{result.exc_info}")
        assert SECRET not in told[-1]
    for path in folder.rglob("*"):
        assert path.name == "retier.yaml" or not path.is_file() or SECRET.encode() not in path.read_bytes()
    return told


@pytest.fixture(autouse=True)
def _without_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.transactions._PAUSES_SECONDS", ())


@pytest.mark.parametrize("url", WAREHOUSES)
def test_no_command_tells_a_secret_of_the_warehouse(run: Run, tmp_path: Path, monkeypatch, url):
    write_project(tmp_path)
    monkeypatch.setenv("RETIER_WAREHOUSE", url)

    hidden(run, tmp_path, *LINES)


def test_options_that_are_no_secret_are_shown(run: Run, tmp_path: Path, monkeypatch):
    write_project(tmp_path)
    monkeypatch.setenv("RETIER_WAREHOUSE", f"duckdb:///x.duckdb?memory_limit=1GB&motherduck_token={SECRET}")

    told = json.loads(run("status", "--json", "--project", tmp_path).stdout)
    assert told["warehouse"] == "duckdb:///x.duckdb?memory_limit=1GB&motherduck_token=***"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"{{path: 'http://127.0.0.1:1/usage.csv?sig={SECRET}'}}", id="a signed file"),
        pytest.param(f"{{sql: select 1, database: 'duckdb:///md:?motherduck_token={SECRET}'}}", id="a token"),
        pytest.param(f"{{sql: select 1, database: 'duckdb://me:{SECRET}@host'}}", id="a password of DuckDB"),
        pytest.param(f"{{sql: select 1, database: 'postgresql://me:{SECRET}@127.0.0.1:1/db'}}", id="a password"),
        pytest.param(f"{{sql: select 1, database: 'postgresql://me@127.0.0.1:1/db?x={SECRET}'}}", id="an option"),
        pytest.param(f"{{sql: select 1, database: 'nothing://h/d?token={SECRET}'}}", id="no known database"),
        pytest.param(f"{{sql: select 1, database: '{SECRET}'}}", id="no url"),
        pytest.param(f"{{sql: 5, database: 'x://h?token={SECRET}'}}", id="a wrong setting"),
    ],
)
def test_no_command_tells_a_secret_of_a_source(run: Run, tmp_path: Path, source):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("account_id\n")
    others = "".join(f"  {name}: {{path: data/a.csv}}\n" for name in ("accounts", "subscriptions"))
    write_project(tmp_path, f"sources:\n{others}  usage: {source}\n")

    for told in hidden(run, tmp_path, ("check",), ("check", "--json"), ("--debug", "run", "--month", "2025-01")):
        assert "usage" in told
