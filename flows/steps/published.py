"""Read what is published: the state that a month starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from flows.settings import Project
from flows.warehouse import reading
from sql.state import (
    contributions_at,
    features_of,
    last_change_months,
    last_run_by_month,
    next_revision,
    scores_of,
    tiers_of,
)
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Published:
    """What a month needs of the months before it.

    Attributes:
        tiers: account_tiers of M-1; empty where M is the first month.
        scores: account_scores of M-1.
        features: account_features of M-1 and M-2, for scoring health again under a new policy.
        policy_version: The policy of M-1; null where M is the first month.
        previous_fingerprint: Result fingerprint of M-1; null where M is the first month.
        revision: What the revision will be if the result differs from what is published for M.
        rows_read: What the published months before M read, by source, oldest first.
    """

    tiers: pl.DataFrame
    scores: pl.DataFrame
    features: tuple[pl.DataFrame, pl.DataFrame]
    policy_version: str | None
    previous_fingerprint: str | None
    revision: int
    rows_read: tuple[Mapping[str, int], ...] = ()


def read_published(project: Project, month: Month, policy_version: str) -> Published:
    """Read the published state that a month starts from.

    Args:
        project: The project.
        month: The month M.
        policy_version: The policy in force in M; features are read only where that of M-1 differs.

    Raises:
        RetierError: If M-1 is not published although an earlier month is.
    """
    with reading(project) as connection:
        if connection is None:
            return _nothing(revision=1)
        runs = last_run_by_month(connection)
        _refuse_gap([Month.of(day) for day in runs["month"]], month)
        former = runs.filter(pl.col("month") == (month - 1).first_day)
        revision = next_revision(connection, month)
        if former.is_empty():
            return _nothing(revision)
        earlier = runs.filter(pl.col("month") < month.first_day)["rows_read"]
        has_policy_changed = former["policy_version"].item() != policy_version
        empty = PUBLISHED["account_features"].empty()
        return Published(
            tiers=tiers_of(connection, month - 1),
            scores=scores_of(connection, month - 1),
            features=(features_of(connection, month - 1), features_of(connection, month - 2))
            if has_policy_changed
            else (empty, empty),
            policy_version=former["policy_version"].item(),
            previous_fingerprint=former["result_fingerprint"].item(),
            revision=revision,
            rows_read=tuple(json.loads(text) for text in earlier),
        )


def read_last_contributions(project: Project, month: Month, account_ids: pl.Series) -> pl.DataFrame:
    """Read the contributions that accounts had when they last changed their tier before a month.

    Returns:
        One row per account and component: account_id, pillar, component, contribution; empty for accounts
        that never changed before.
    """
    empty = pl.DataFrame(
        schema={"account_id": pl.String, "pillar": pl.String, "component": pl.String, "contribution": pl.Float64}
    )
    if account_ids.is_empty():
        return empty
    with reading(project) as connection:
        if connection is None:
            return empty
        pairs = last_change_months(connection, account_ids, month)
        return contributions_at(connection, pairs).select(empty.columns)


def _nothing(revision: int) -> Published:
    features = PUBLISHED["account_features"].empty()
    return Published(
        tiers=PUBLISHED["account_tiers"].empty(),
        scores=PUBLISHED["account_scores"].empty(),
        features=(features, features),
        policy_version=None,
        previous_fingerprint=None,
        revision=revision,
    )


def _refuse_gap(published: list[Month], month: Month) -> None:
    """Only the first published month has no predecessor."""
    if not published or month - 1 in published or month <= published[0]:
        return
    newest = max(one for one in published if one < month)
    first_missing = newest + 1
    missing = f"{first_missing}" if first_missing == month - 1 else f"{first_missing} to {month - 1}"
    raise RetierError(
        f"{month} cannot be computed: the month before it is not published, got {newest} as the last one before; "
        f"backfill {missing} first, oldest first: retier run --month {first_missing}"
    )
