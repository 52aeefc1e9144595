"""The published state that a month starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import polars as pl
from sqlalchemy import Connection

from flows.inputs.adoption import change_of_rules
from flows.inputs.history import History, months_before, published_history
from flows.inputs.standings import Standings, no_standings, standings_before
from flows.settings import Project
from flows.transactions import read_in_transaction
from sql.chain import NO_HISTORY, history_print
from sql.state import (
    actions_of,
    features_of,
    last_run_by_month,
    next_revision,
    owners_of,
    risks_of,
    scores_of,
    tiers_of,
)
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.adoption import adopt

_FROM_RUNS = ("month", "revision", "policy_version", "result_fingerprint", "rows_read", "definition_fingerprints")


@dataclass(frozen=True, slots=True)
class Published:
    """What a month M needs from the months before it.

    Attributes:
        tiers: account_tiers of M-1; empty where M is the first month.
        scores: account_scores of M-1.
        features: account_features of M-1 and M-2, to score health again under a new policy; empty otherwise.
        owners: The owners of M-1: account_id, owner, technical_owner, csm_email (the owner in the CRM then).
        actions: engagement_actions of M-1.
        risks: account_risks of M-1 and M-2.
        policy_version: The policy of M-1; null where M is the first month.
        previous_fingerprint: Result fingerprint of M-1; null where M is the first month.
        history_fingerprint: Fingerprint of the results of all months before M.
        revision: The revision that M gets if its result differs from what is published.
        rows_read: Rows read by source, one mapping per published month before M, oldest first.
        superseded: account_tiers of M as it is published now; empty where it is not.
        adopted: That M starts from what other rules published, as a phrase; null where the same rules did.
    """

    tiers: pl.DataFrame
    scores: pl.DataFrame
    features: tuple[pl.DataFrame, pl.DataFrame]
    owners: pl.DataFrame
    actions: pl.DataFrame
    risks: tuple[pl.DataFrame, pl.DataFrame]
    policy_version: str | None
    previous_fingerprint: str | None
    history_fingerprint: str
    revision: int
    superseded: pl.DataFrame
    rows_read: tuple[Mapping[str, int], ...] = ()
    adopted: str | None = None


class State(Protocol):
    """Where a month finds the state of the months before it."""

    def before(self, month: Month, policy_version: str) -> Published:
        """Return the state that a month starts from; features only where the month before had another policy."""
        ...

    def standings(self, month: Month, asked: pl.DataFrame) -> Standings:
        """Return accounts as they stood in the months that their changes are compared with.

        Args:
            month: The month of the changes.
            asked: The output of ``comparison_months``.

        Returns:
            Nothing for accounts without such a month.
        """
        ...

    def history(self, month: Month, policy: Policy) -> History:
        """Return what the checks of a month compare it with."""
        ...


@dataclass(frozen=True, slots=True)
class PublishedState:
    """The state as published in the warehouse of a project.

    Attributes:
        project: The project.
        is_adopting: Whether a month may start from what other rules published.
    """

    project: Project
    is_adopting: bool = False

    def before(self, month: Month, policy_version: str) -> Published:
        """Return the state that a month starts from, see :class:`State`.

        Raises:
            RetierError: If M-1 is not published although an earlier month is, or was published by other rules.
        """
        before = partial(_before, month=month, policy_version=policy_version, is_adopting=self.is_adopting)
        found = read_in_transaction(self.project, before)
        return _nothing() if found is None else found

    def standings(self, month: Month, asked: pl.DataFrame) -> Standings:
        """Return accounts as they stood in the months that their changes are compared with, see :class:`State`."""
        if asked.is_empty():
            return no_standings()
        found = read_in_transaction(self.project, partial(standings_before, month=month, asked=asked))
        return no_standings() if found is None else found

    def history(self, month: Month, policy: Policy) -> History:
        """Return what the checks of a month compare it with, see :class:`State`."""
        return published_history(self.project, months_before(month, policy), policy)

    def superseded(self, month: Month) -> pl.DataFrame:
        """Return account_tiers of a month as it is published; empty where it is not."""
        found = read_in_transaction(self.project, partial(tiers_of, month=month))
        return PUBLISHED["account_tiers"].empty() if found is None else found

    def risks(self, month: Month) -> pl.DataFrame:
        """Return account_risks of a month as it is published; empty where it is not."""
        found = read_in_transaction(self.project, partial(risks_of, month=month))
        return PUBLISHED["account_risks"].empty() if found is None else found

    def features(self, month: Month) -> pl.DataFrame:
        """Return account_features of a month as it is published; empty where it is not."""
        found = read_in_transaction(self.project, partial(features_of, month=month))
        return PUBLISHED["account_features"].empty() if found is None else found


def owners_in(plan: pl.DataFrame, features: pl.DataFrame) -> pl.DataFrame:
    """Return the owners of a month and those in the CRM, as the next month needs them."""
    return plan.select("account_id", "owner", "technical_owner").join(
        features.select("account_id", "csm_email"), on="account_id", maintain_order="left"
    )


def _before(connection: Connection, month: Month, policy_version: str, *, is_adopting: bool) -> Published:
    runs = last_run_by_month(connection, _FROM_RUNS)
    published = [Month.of(day) for day in runs["month"]]
    _refuse_gap(published, month)
    adopted = change_of_rules(runs, month, is_adopting=is_adopting)
    former = runs.filter(pl.col("month") == (month - 1).first_day)
    nothing = _nothing()
    nothing = replace(
        nothing,
        revision=next_revision(runs, month),
        history_fingerprint=history_print(runs, month),
        superseded=tiers_of(connection, month) if month in published else nothing.superseded,
    )
    if former.is_empty():
        return nothing
    earlier = runs.filter(pl.col("month") < month.first_day)["rows_read"]
    has_policy_changed = former["policy_version"].item() != policy_version
    tiers = tiers_of(connection, month - 1)
    return replace(
        nothing,
        tiers=tiers if adopted is None else adopt(tiers),
        adopted=adopted,
        scores=scores_of(connection, month - 1),
        owners=owners_of(connection, month - 1),
        actions=actions_of(connection, month - 1),
        risks=(risks_of(connection, month - 1), risks_of(connection, month - 2)),
        features=(features_of(connection, month - 1), features_of(connection, month - 2))
        if has_policy_changed
        else nothing.features,
        policy_version=former["policy_version"].item(),
        previous_fingerprint=former["result_fingerprint"].item(),
        rows_read=tuple(json.loads(text) for text in earlier),
    )


def _nothing() -> Published:
    features, tiers = PUBLISHED["account_features"].empty(), PUBLISHED["account_tiers"].empty()
    risks = PUBLISHED["account_risks"].empty()
    return Published(
        tiers=tiers,
        scores=PUBLISHED["account_scores"].empty(),
        features=(features, features),
        owners=owners_in(PUBLISHED["engagement_plan"].empty(), features),
        actions=PUBLISHED["engagement_actions"].empty(),
        risks=(risks, risks),
        policy_version=None,
        previous_fingerprint=None,
        history_fingerprint=NO_HISTORY,
        revision=1,
        superseded=tiers,
    )


def _refuse_gap(published: list[Month], month: Month) -> None:
    """Refuse a month whose predecessor is missing; only the first published month has none."""
    if not published or month - 1 in published or month <= published[0]:
        return
    newest = max(one for one in published if one < month)
    first_missing = newest + 1
    missing = f"{first_missing}" if first_missing == month - 1 else f"{first_missing} to {month - 1}"
    raise RetierError(
        f"{month} cannot be computed: the month before it is not published, got {newest} as the last one before; "
        f'backfill {missing} first: retier backfill --from {first_missing} --to {month} --reason "..."'
    )
