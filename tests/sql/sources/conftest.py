"""A project folder for each test, and sources in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sql.sources.errors import errors_sentence
from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES
from transforms.month import Month

SHARED = Path(os.environ.get("RETIER_SHARED") or Path(__file__).parents[4] / "shared") / "data"

# Required columns that a test about other ones does not want to name.
CONSTANTS: dict[str, dict[str, Any]] = {
    "accounts": {"account_id": "A", "name": "Acme", "created_date": "2025-01-01"},
    "usage": {"account_id": "A", "date": "2026-01-01", "feature": "f", "events": 1},
    "tickets": {"account_id": "A", "ticket_id": "T", "opened_at": "2026-01-01", "priority": "low"},
    "invoices": {
        "account_id": "A",
        "invoice_id": "I",
        "issued_date": "2026-01-01",
        "amount": 1,
        "status": "open",
    },
    "subscriptions": {
        "account_id": "A",
        "subscription_id": "S",
        "product": "P",
        "mrr": 1,
        "start_date": "2026-01-01",
    },
}

WINTER = Month.range(Month.parse("2026-01"), Month.parse("2026-03"))
"""The months in which the rows of the tests lie."""

Events = Callable[..., Source]
Rows = Callable[..., pl.DataFrame]


def project_files(folder: Path) -> dict[Path, bytes]:
    """Return the content of every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's folder."""
    folder = tmp_path / "project [1]"
    folder.mkdir()
    return folder


@pytest.fixture
def place(project: Path) -> Place:
    """The project and its fact store."""
    return Place(project, project / "facts" / "staged")


@pytest.fixture
def events(place: Place) -> Events:
    """Open a source of events."""
    return lambda name, **spec: Source(SOURCES[name], SourceSpec(**spec), place)


@pytest.fixture
def table(place: Place) -> Callable[..., Source]:
    """Open a source without events."""
    return lambda name, **spec: Source(SOURCES[name], SourceSpec(**spec), place)


@pytest.fixture
def opened(place: Place, project: Path) -> Callable[..., Source]:
    """Open a file as a source; required columns that are neither in the file nor named are constant."""

    def open_file(name: str, content: str | bytes, file: str = "data.csv", **spec: Any) -> Source:
        path = project / file
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        given = {*spec.get("rename", {}), *spec.pop("given", ())}
        dull = {column: value for column, value in CONSTANTS[name].items() if column not in given}
        spec = {"path": file, **spec, "constants": dull | spec.get("constants", {})}
        return Source(SOURCES[name], SourceSpec(**spec), place)

    return open_file


@pytest.fixture
def rows(opened: Callable[..., Source]) -> Rows:
    """Read a file's usable rows."""

    def read(*file: Any, **spec: Any) -> pl.DataFrame:
        source = opened(*file, **spec)
        if source.table.event_time is None:
            return source.usable().collect()
        return pl.concat([source.table.empty(), *(source.usable(month).collect() for month in source.months())])

    return read


@pytest.fixture
def told(opened: Callable[..., Source]) -> Callable[..., str]:
    """Read a file and say what is wrong with its refused rows."""
    return lambda *file, **spec: sentence_of(opened(*file, **spec), **spec)


def refused_rows(source: Source, months: Iterable[Month] = WINTER) -> pl.DataFrame:
    """Return the refused rows of a source, each once."""
    frames = [source.refused()] if source.table.event_time is None else [source.refused(month) for month in months]
    return pl.concat(frames).unique(["origin", "position"]).sort("origin", "position").collect()


def sentence_of(source: Source, **spec: Any) -> str:
    """Say what is wrong with the refused rows of a source."""
    said = {name: value for name, value in spec.items() if name in {"cast", "decimal", "values", "null_values"}}
    return errors_sentence(refused_rows(source).lazy(), source.table, SourceSpec(path="-", **said))
