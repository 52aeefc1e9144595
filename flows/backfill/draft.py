"""The state of a backfill that publishes nothing: what it has computed, on top of what is published."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import polars as pl

from flows.backfill.kept import Kept
from flows.compute_month import Computed
from flows.inputs.history import History, history_of, months_before, published_history
from flows.inputs.published import (
    Published,
    PublishedState,
    owners_in,
)
from flows.inputs.standings import Standings, standings_before
from flows.settings import Project
from flows.transactions import read_in_transaction
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy


class DraftState:
    """Computed months that are not published; the months after them see them as if they were.

    Of a computed month only what later months need is kept: the tables of the last two months, what changes may be
    compared with, and a number or two for the checks.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._published = PublishedState(project)
        self._first: Month | None = None
        self._last: dict[Month, Computed] = {}
        self._policies: dict[Month, str] = {}
        self._history = History()
        self._kept = Kept()

    def add(self, month: Month, computed: Computed, policy: Policy) -> None:
        """Add a computed month as if it had been published."""
        self._first = self._first or month
        self._last = {one: kept for one, kept in self._last.items() if one >= month - 1} | {month: computed}
        self._policies[month] = policy.label
        self._history = self._history.and_of(history_of(month, computed.frames, policy))
        self._kept.add(computed.frames, policy)

    def before(self, month: Month, policy_version: str) -> Published:
        """Return the state that a month starts from: the month before as computed here, if it was."""
        former = self._last.get(month - 1)
        if former is None:
            return self._published.before(month, policy_version)
        published = self._published.superseded(month)
        empty = PUBLISHED["account_features"].empty()
        two_before = self._last.get(month - 2)
        has_policy_changed = self._policies[month - 1] != policy_version
        return replace(
            former.before,
            tiers=former.frames["account_tiers"],
            scores=former.frames["account_scores"],
            owners=owners_in(former.frames["engagement_plan"], former.frames["account_features"]),
            actions=former.frames["engagement_actions"],
            risks=(
                former.frames["account_risks"],
                two_before.frames["account_risks"] if two_before else self._published.risks(month - 2),
            ),
            features=(
                former.frames["account_features"],
                two_before.frames["account_features"] if two_before else self._published.features(month - 2),
            )
            if has_policy_changed
            else (empty, empty),
            policy_version=self._policies[month - 1],
            previous_fingerprint="a draft",
            superseded=published,
            revision=2 if published.height else 1,
            rows_read=(*former.before.rows_read, former.judgement.rows_read),
        )

    def history(self, month: Month, policy: Policy) -> History:
        """Return what the checks of a month compare it with: of computed months, else as published."""
        months = months_before(month, policy)
        others = [one for one in months if one not in self._policies]
        published = published_history(self._project, others, policy)
        return self._history.of(months).and_of(published)

    def standings(self, month: Month, asked: pl.DataFrame) -> Standings:
        """Return accounts as they stood in the months that their changes are compared with, computed or published."""
        own, others = self._kept.find(asked)
        if others.is_empty():
            return own
        read = partial(standings_before, month=min(self._first or month, month), asked=others)
        found = read_in_transaction(self._project, read)
        return own if found is None else own.and_of(found)
