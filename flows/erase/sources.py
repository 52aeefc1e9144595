"""Whether the company's own accounts still name an erased account: retier writes to no source."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from flows.settings import Project
from sql.atomic import scratch_folder
from sql.sources.mapping import their_name
from sql.sources.source import open_sources
from transforms.contracts import SOURCES, Table
from transforms.errors import RetierError
from transforms.knowledge import as_known


def id_columns(project: Project) -> dict[str, frozenset[str]]:
    """Return by source the columns that hold ids of accounts, as the source calls them."""
    return _their_names(project, lambda contract: contract.account_ids)


def other_id_columns(project: Project) -> dict[str, frozenset[str]]:
    """Return by source the columns that hold ids of other things, as the source calls them."""
    return _their_names(project, lambda contract: contract.other_ids)


def _their_names(project: Project, names: Callable[[Table], Iterable[str]]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(their_name(spec, ours) for ours in names(SOURCES[name]))
        for name, spec in project.settings.sources.items()
    }


def warning_of_sources(project: Project, account_id: str) -> str | None:
    """Look the account up in the mapped accounts.

    Returns:
        What a person must know and do; None where the source no longer names the account, or deletes it by a tombstone.
    """
    try:
        is_there = _is_named(project, account_id)
    except RetierError as error:
        return f"retier could not check whether the accounts source still names the account: {error}"
    if not is_there:
        return None
    return "the accounts source still names the account: delete it there, or the next run or backfill brings it back"


def _is_named(project: Project, account_id: str) -> bool:
    with scratch_folder(project.facts) as staging:
        accounts = open_sources(project.settings.sources, project.directory, staging)["accounts"]
        rows = as_known(accounts.usable(), SOURCES["accounts"], None, accounts.configured)
        return not rows.filter(pl.col("account_id") == account_id).head(1).collect().is_empty()
