"""A project whose tables were landed, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sql.sources.source import Source
from sql.vendors.counts import left_out
from tests.postgres import Server
from tests.sql.vendors.landing import Landing, Tables
from transforms.month import Month

Made = list[dict[str, Any]]


@pytest.fixture(params=["files", "postgresql"])
def landing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Landing]:
    """A project without tables yet; once with files, and once with a database."""
    folder = tmp_path / "project [1]"
    folder.mkdir()
    if request.param == "files":
        yield Landing(folder)
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.new_database()
    yield Landing(folder, server, name)
    server.drop(name)


@pytest.fixture
def make(landing: Landing) -> Callable[..., Made]:
    """Land tables of a vendor and return the usable rows that its kit makes of them, without columns that are null.

    A call names the vendor, the source and the tables; options go by their names, and ``said`` is more of what
    `retier.yaml` says of the vendor. ``month`` is the one to read of a source that is read by month.
    """

    def made(
        vendor: str,
        source: str,
        tables: Tables,
        said: Mapping[str, Any] | None = None,
        month: Month | None = None,
        **options: Any,
    ) -> Made:
        landing.land(vendor, tables)
        opened = landing.source(source, vendor, said={"options": options, **(said or {})})
        return rows_of(opened, () if month is None else (month,))

    return made


@pytest.fixture
def count(landing: Landing) -> Callable[..., dict[str, int]]:
    """Land tables of a vendor and return how many rows its kit leaves out, by reason."""

    def counted(
        vendor: str,
        source: str,
        tables: Tables,
        said: Mapping[str, Any] | None = None,
        month: Month | None = None,
        **options: Any,
    ) -> dict[str, int]:
        landing.land(vendor, tables)
        spec = landing.spec(source, vendor, said={"options": options, **(said or {})})
        return left_out(spec.kits[0], source, landing.folder, landing.folder / "scratch", month).reasons

    return counted


def rows_of(source: Source, months: tuple[Month, ...] = ()) -> Made:
    """Return the usable rows of a source in the order of its key, each without what is null."""
    if source.table.event_time is None:
        frame = source.usable().collect()
    else:
        frame = pl.concat([source.table.empty(), *(source.usable(one).collect() for one in source.months(months))])
    key = [name for name in source.table.key if name in frame.columns]
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in frame.sort(key).iter_rows(named=True)
    ]


def refused_of(source: Source, *months: Month) -> list[dict[str, Any]]:
    """Return the rows that a source holds back, with ``row_as_read`` and ``errors``."""
    return source.refused(*months).collect().to_dicts()
