"""The plan of a backfill: which months are needed, and why each of them is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flows.inputs.snapshot import snapshot_of
from flows.session import Session
from flows.staleness.definitions import NOT_RECORDED, changed_definitions
from flows.staleness.month_inputs import Inputs, inputs_of
from flows.staleness.source_fingerprints import is_as_in_0_1_0
from flows.transactions import read_in_transaction
from sql.chain import stale_months
from sql.state import last_run_by_month
from transforms.contracts import PUBLISHED
from transforms.errors import WrongUseError
from transforms.month import Month

IsAsRecorded = Callable[[str, str], bool | None]

NEVER_RUN = "never run"
FORCED = "forced"


@dataclass(frozen=True, slots=True)
class Renewal:
    """The record of a run that says what a former version of retier says, and is up to date.

    Attributes:
        run_id: The run.
        inputs: What it was computed from, as it is recorded today.
    """

    run_id: str
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """A month of the range.

    Attributes:
        month: The month.
        reasons: Why it is needed, in words; empty where it is up to date by itself.
        follows: The needed month before it whose result may change, which would make this one needed; None without.
        renewal: The record that is to be written anew; None where the month is needed, or it says the same already.
    """

    month: Month
    reasons: tuple[str, ...]
    follows: Month | None = None
    renewal: Renewal | None = None

    @property
    def is_needed(self) -> bool:
        """Whether it is computed whatever comes of the months before it."""
        return bool(self.reasons)


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """What a backfill would do.

    Attributes:
        months: The months of the range, oldest first.
        cascade: The published months after the range that may follow: none where nothing before them is needed and
            none of them is stale already.
        stale_before: Months before the range that are stale, so that what follows would rest on them.
    """

    months: tuple[PlannedMonth, ...]
    cascade: tuple[Month, ...]
    stale_before: tuple[Month, ...] = ()

    @property
    def needed(self) -> list[Month]:
        """The months that are computed whatever comes of those before them."""
        return [planned.month for planned in self.months if planned.is_needed]

    @property
    def possible(self) -> list[Month]:
        """All months that may be computed: the needed ones, and those that follow from them."""
        in_range = [planned.month for planned in self.months if planned.is_needed or planned.follows is not None]
        return in_range + list(self.cascade)


def make_plan(
    session: Session, first: Month, last: Month, *, known_until: datetime, is_forced: bool, is_cascading: bool
) -> BackfillPlan:
    """Compare every month of a range with what was recorded when it was computed last.

    Args:
        session: The project's sources.
        first: The first month of the range.
        last: The last one.
        known_until: The knowledge cut-off of the backfill.
        is_forced: Whether months are needed that are up to date.
        is_cascading: Whether published months after the range follow.

    Raises:
        WrongUseError: If the range would leave a gap between published months.
        RetierError: If the sources or the warehouse cannot be read.
    """
    runs = read_in_transaction(session.project, last_run_by_month)
    runs = PUBLISHED["runs"].empty() if runs is None else runs
    published = {Month.of(run["month"]): run for run in runs.iter_rows(named=True)}
    stale = set(stale_months(runs))
    _refuse_gaps(list(published), first, last)
    months = Month.range(first, last)
    session.open(months)
    planned: list[PlannedMonth] = []
    for month in months:
        changed, renewal = _compared(session, month, published.get(month), known_until)
        reasons = [FORCED] if is_forced else []
        reasons += changed
        reasons += ["predecessor changed"] if month in stale else []
        former = planned[-1] if planned else None
        follows = None
        if former is not None:
            follows = former.month if former.is_needed else former.follows
        planned.append(PlannedMonth(month, tuple(reasons), follows, None if reasons else renewal))
    # A month that had not ended by the cut-off stays stale: what was not known yet would look like silence.
    ended = known_until + timedelta(microseconds=1)
    after = sorted(month for month in published if month > last and month.end_time <= ended)
    is_followed = is_cascading and (any(one.is_needed for one in planned) or bool(stale & set(after)))
    before = tuple(sorted(month for month in stale if month < first))
    return BackfillPlan(tuple(planned), tuple(after) if is_followed else (), before)


def _refuse_gaps(published: Sequence[Month], first: Month, last: Month) -> None:
    """Only the first published month may have none before it."""
    if not published:
        return
    oldest, newest = min(published), max(published)
    if last < oldest - 1:
        raise WrongUseError(
            f"{first} to {last} would leave a gap: {oldest} is the first published month, and months must follow one "
            f"another; end with {oldest - 1} or later: --to {oldest - 1}"
        )
    if first > newest + 1:
        raise WrongUseError(
            f"{first} to {last} would leave a gap: {newest} is the last published month, and months must follow one "
            f"another; begin with {newest + 1} or earlier: --from {newest + 1}"
        )


def _compared(
    session: Session, month: Month, run: Mapping[str, Any] | None, known_until: datetime
) -> tuple[list[str], Renewal | None]:
    """Return why a month is needed, and the record that is to be written anew where it is not."""
    if run is None:
        return [NEVER_RUN], None
    project, store = session.project, session.store
    snapshot = snapshot_of(session.open([month]), month, known_until, project.settings.tier_at)
    now = inputs_of(snapshot, project, project.policies.policy_for(month), store)
    currency = project.settings.currency
    reasons = changed_inputs(run, now, partial(is_as_in_0_1_0, snapshot, store, currency))
    return reasons, Renewal(run["run_id"], now) if run["input_fingerprint"] != now.fingerprint else None


def changed_inputs(run: Mapping[str, Any], now: Inputs, is_as_recorded: IsAsRecorded) -> list[str]:
    """Describe which inputs of a month differ from those that the run in force was computed from.

    Args:
        run: The row of ``runs`` by which the month is in force.
        now: What the month would be computed from now.
        is_as_recorded: Compares a source with a fingerprint that a former version of retier recorded; returns None
            where it cannot.
    """
    if run["policy_fingerprint"] is None:
        return [NOT_RECORDED]
    reasons = []
    recorded = json.loads(run["source_fingerprints"])
    compared = {
        source: source in recorded and is_as_recorded(source, recorded[source])
        for source in _different(recorded, now.sources)
    }
    sources = [source for source, is_same in compared.items() if is_same is False]
    if sources:
        reasons.append(f"input changed: {', '.join(sources)}")
    unknown = [source for source, is_same in compared.items() if is_same is None]
    if unknown:
        reasons.append(f"recorded by 0.1 under another version of Polars, to be compared once: {', '.join(unknown)}")
    if run["policy_fingerprint"] != now.policy:
        reasons.append("policy changed")
    definitions = changed_definitions(run["definition_fingerprints"], now.definitions)
    if definitions:
        reasons.append(f"definition changed: {', '.join(definitions)}")
    return reasons


def _different(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
