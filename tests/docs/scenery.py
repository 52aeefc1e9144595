"""What a reader of each document has before the first line is typed, and does by hand between two lines."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tests.conftest import ROOT
from tests.demo import Demo
from tests.docs.shell import Shell
from tests.postgres import Server

_BIN = Path(sys.prefix) / "bin"
_DATABASES = ("warehouse", "another")
_NOT_OF_A_CLONE = (".git", ".*_cache", ".hypothesis", ".venv", "__pycache__", "demo", "tests", "*.egg-info")


@dataclass(frozen=True)
class Scenery:
    """What a document needs beside the folder in which it begins.

    Attributes:
        has_postgresql: Whether there is a server that psql finds, with the database ``warehouse``.
        before: What is done to the folder before the first line.
        by_hand: What the reader does after a line, by its beginning.
    """

    has_postgresql: bool = False
    before: Callable[[Path], object] | None = None
    by_hand: Mapping[str, Callable[[Path, Demo], object]] = field(default_factory=dict)


def map_the_demo_data(folder: Path, demo: Demo) -> None:
    """Map sources in a new project, as its reader does with an editor: those of the demo, whose facts are counted."""
    project = folder / "my-company"
    (project / "data").symlink_to(demo.folder / "data")
    shutil.copytree(demo.folder / "facts", project / "facts")
    shutil.copy(demo.folder / "retier.yaml", project)


def late_usage(folder: Path) -> None:
    """Let usage of the newest month arrive late: a few accounts were much busier than had been told."""
    file = max((folder / "data" / "product").iterdir())
    told = pl.read_parquet(file)
    is_told_less = (pl.col("org_id") < "A-00020") & (pl.col("day").dt.month() == pl.col("day").max().dt.month())
    told.with_columns(
        pl.when(is_told_less).then(50).otherwise(1).mul(pl.col("event_count")).alias("event_count")
    ).write_parquet(file)


def policy_of_before(folder: Path) -> None:
    """Let the policy lack what a former version did not know."""
    path = folder / "policy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^(rhythm|silence):\n(  .*\n)+", "", text, flags=re.MULTILINE), encoding="utf-8")


SCENERY: dict[str, Scenery] = {
    "README.md": Scenery(by_hand={".venv/bin/retier init --project my-company": map_the_demo_data}),
    "docs/backfill.md": Scenery(before=late_usage),
    "docs/upgrading.md": Scenery(before=policy_of_before),
    "docs/postgresql.md": Scenery(has_postgresql=True),
}
"""By document, for those that need more than a folder."""


def begins_in_a_project(first_command: str) -> bool:
    """Return whether a reader who types this first is in a project, that of the demo, and not in the repository."""
    is_in_one = re.match(r"retier (?!demo|init(?! --upgrade-policy))", first_command) is not None
    return is_in_one and "--project" not in first_command


@contextmanager
def terminal(
    scenery: Scenery, folder: Path, demo: Demo, server: Server | None, *, is_in_project: bool
) -> Iterator[Shell]:
    """Open a terminal with what a document needs, and clear away afterwards.

    Args:
        scenery: What it needs.
        folder: A folder that is not there yet.
        demo: The demo, which is copied.
        server: The PostgreSQL server, where one is needed.
        is_in_project: Whether the reader is in a project, that of the demo, and not in the repository, which has no
            demo until the reader makes it.
    """
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    paths = [_BIN, *([server.programs] if server else []), os.environ["PATH"]]
    shell = Shell(folder, kept | {"PATH": os.pathsep.join(map(str, paths))}, demo.copy_to)
    # What these two do is held by test_make.py; nobody waits for them here.
    shell.make = {"demo": lambda: demo.copy_to(shell.folder / "demo"), "test": lambda: None}
    if is_in_project:
        demo.copy_to(folder)
    else:
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_NOT_OF_A_CLONE))
        (folder / ".venv").symlink_to(sys.prefix)
    if scenery.before:
        scenery.before(folder)
    try:
        with _databases(server) as environment:
            shell.environment |= environment
            yield shell
    finally:
        shutil.rmtree(folder)


@contextmanager
def _databases(server: Server | None) -> Iterator[dict[str, str]]:
    """Make the databases that the documents name, and return the environment in which they are found."""
    if server is None:
        yield {}
        return
    for name in _DATABASES:
        server.execute(f"create database {name}")
    yield server.environment() | {"RETIER_WAREHOUSE": server.url(_DATABASES[0])}
    for name in _DATABASES:
        server.drop(name)
    for (role,) in server.execute("select rolname from pg_roles where rolname like 'retier%'"):
        server.execute(f"drop role {role}")
