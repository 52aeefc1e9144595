"""Usage facts, from the fact store or counted now from one month's rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from flows.inputs.effective_cutoff import effective_cutoff
from flows.inputs.fact_versions import fact_version
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.merged import merged
from flows.inputs.snapshot import Snapshot
from sql.facts import Fact, FactStore
from transforms.accounts import mapped
from transforms.contracts import SOURCES
from transforms.facts.feature_sets import UsageFacts, united
from transforms.facts.usage import features_of, fold_history, of_merged_accounts, usage_facts, use_case_columns
from transforms.knowledge import as_known, known_by
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS
from transforms.policy.segments import NeedsRules

_FACTS, _HISTORY, _USE_CASES = "usage", "usage_history", "usage_use_cases"

UseCases = tuple[tuple[str, ...], ...]
"""The features of each use case, in the order of the policy."""


@dataclass(frozen=True, slots=True)
class UsageWindow:
    """The usage facts that a month looks at, accounts mapped as of it.

    Attributes:
        by_month: Usage facts of the trailing months; months before the first row ever are left out.
        history: Every feature used and last day of use, up to the month.
        history_before: The same up to three months before; None where nothing is known so far back.
        use_cases: Events per use case, one row per account and month from which needs are read; None where the policy
            has no use cases.
    """

    by_month: dict[Month, UsageFacts]
    history: UsageFacts
    history_before: UsageFacts | None
    use_cases: pl.LazyFrame | None


def use_cases_of(needs: NeedsRules, configured: frozenset[str]) -> UseCases:
    """Return the features of the policy's use cases; facts depend on neither their names nor the order of features.

    Args:
        needs: The policy's use cases; none count where usage does not record features.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
    """
    if "usage.feature" not in configured:
        return ()
    return tuple(tuple(sorted(set(use_case.features))) for use_case in needs.use_cases)


def usage_window(snapshot: Snapshot, store: FactStore, month: Month, months: int, needs: NeedsRules) -> UsageWindow:
    """Return the usage facts that a month looks at.

    Args:
        snapshot: The sources.
        store: The fact store.
        month: The month M.
        months: How many trailing months, M included, are looked at one by one.
        needs: The policy's use cases, and from how many trailing months needs are read.
    """
    cases, before = use_cases_of(needs, snapshot.configured), month - WINDOW_MONTHS
    asked = needs.window_months if cases else 0
    chain = _Chain(snapshot, store, month, {one: [cases] for one in month.trailing(asked)})
    used = [chain.use_cases(one, cases) for one in month.trailing(asked) if one >= chain.first]
    return UsageWindow(
        by_month={one: _of(snapshot, chain.facts(one)) for one in month.trailing(months) if one >= chain.first},
        history=_united(snapshot, chain.history(month)),
        history_before=_united(snapshot, chain.history(before)) if before >= chain.first else None,
        use_cases=mapped(pl.concat(used), snapshot.mapping) if used else None,
    )


def has_facts(snapshot: Snapshot, store: FactStore, month: Month, asked: Sequence[UseCases] = ()) -> bool:
    """Return whether the fact store has the usage facts of a month already, and its events of the use cases."""
    return _Chain(snapshot, store, month, {month: asked}).has_all(month)


def make_facts(snapshot: Snapshot, store: FactStore, month: Month, asked: Sequence[UseCases] = ()) -> None:
    """Make the usage facts of a month that the fact store lacks: its rows are read only then, and once.

    Args:
        snapshot: The sources.
        store: The fact store.
        month: The month.
        asked: The use cases of each policy that looks at the month.
    """
    _Chain(snapshot, store, month, {month: asked}).make_missing(month)


def _of(snapshot: Snapshot, facts: UsageFacts) -> UsageFacts:
    """Return facts as of the month: accounts that have become one since they were counted are added up."""

    def combine(rows: pl.LazyFrame) -> pl.LazyFrame:
        return of_merged_accounts(UsageFacts(rows, facts.features)).frame

    return replace(facts, frame=merged(facts.frame, snapshot.mapping, combine))


def _united(snapshot: Snapshot, history: UsageFacts) -> UsageFacts:

    def combine(rows: pl.LazyFrame) -> pl.LazyFrame:
        return united([UsageFacts(rows, history.features)], latest=["last_active_date"]).frame

    return replace(history, frame=merged(history.frame, snapshot.mapping, combine))


class _Chain:
    """Months of usage up to one, each counted from its own rows, and the history folded along them.

    Events per use case are facts of their own, though counted in the same reading of the rows: so another policy
    makes them alone anew, and only in the months from which needs are read.
    """

    def __init__(
        self, snapshot: Snapshot, store: FactStore, month: Month, asked: Mapping[Month, Sequence[UseCases]]
    ) -> None:
        self._snapshot = snapshot
        self._store = store
        self._source = snapshot.events["usage"]
        self._inputs = snapshot.months["usage"]
        self._asked = asked
        self.first = min((one for one in self._inputs if one <= month), default=month)
        self._facts: dict[Month, tuple[str, UsageFacts]] = {}

    def facts(self, month: Month) -> UsageFacts:
        """Return the usage facts of a month, from the store or counted now."""
        return self._named(month)[1]

    def use_cases(self, month: Month, cases: UseCases) -> pl.LazyFrame:
        """Return the events per use case of a month; the use cases must be among those asked for."""
        self.make_missing(month)
        made = self._store.get(_USE_CASES, month, self._name_with(month, cases))
        assert made is not None, "what was asked for has just been made"
        return made.frame

    def has_all(self, month: Month) -> bool:
        """Return whether the store has all that is asked of a month."""
        return self._store.get(_FACTS, month, self._name(month)) is not None and not self._lacking(month)

    def make_missing(self, month: Month) -> None:
        """Make what is asked of a month and the store lacks, of one reading of its rows."""
        self.facts(month)
        lacking = self._lacking(month)
        if lacking:
            counted, _ = self._counted(month, lacking)
            only = counted.select("account_id", *use_case_columns(sum(map(len, lacking))))
            self._put_use_cases(month, lacking, only.collect(engine="streaming").lazy())

    def _named(self, month: Month) -> tuple[str, UsageFacts]:
        """Return the facts with the fingerprint of what they were made from.

        Facts depend on the knowledge cut-off only where it leaves rows out, so that a later run, with a later
        cut-off, need not make them again.
        """
        if month not in self._facts:
            name = self._name(month)
            made = self._store.get_or_make(_FACTS, month, name, lambda: self._facts_of(month))
            self._facts[month] = (name, _as_facts(made))
        return self._facts[month]

    def _facts_of(self, month: Month) -> Fact:
        """Count the rows of a month, and along with them the use cases that the store lacks."""
        lacking = self._lacking(month)
        counted, features = self._counted(month, lacking)
        rows = counted.collect(engine="streaming").lazy()
        self._put_use_cases(month, lacking, rows)
        return Fact(rows.drop(use_case_columns(sum(map(len, lacking)))), {"features": features})

    def _counted(self, month: Month, asked: Sequence[UseCases]) -> tuple[pl.LazyFrame, list[str]]:
        """Return the facts of a month with the requested use cases, and the features in use."""
        table, configured, rows = SOURCES["usage"], self._snapshot.configured, self._source.rows(month)
        until = self._snapshot.known_until
        # Rows that were counted add up: a later one with the same key is more of the same, and corrects nothing.
        known = known_by(rows, until) if self._source.is_counted else as_known(rows, table, until, configured)
        known = mapped(known, self._mapping(month))
        if self._source.has_few_rows(month):
            # They are looked at twice: for the features in use, and to be counted.
            known = known.collect(engine="streaming").lazy()
        features = features_of(known).collect(engine="streaming")["feature"].to_list()
        cases = [features_of_case for one in asked for features_of_case in one]
        return usage_facts(known, month, features, configured, cases), features

    def _put_use_cases(self, month: Month, asked: Sequence[UseCases], counted: pl.LazyFrame) -> None:
        """Keep the events of several policies' use cases, which are counted side by side."""
        columns = iter(use_case_columns(sum(map(len, asked))))
        for cases in asked:
            own = [pl.col(next(columns)).alias(name) for name in use_case_columns(len(cases))]
            events = counted.select("account_id", *own).collect()
            self._store.put(_USE_CASES, month, self._name_with(month, cases), events)

    def _lacking(self, month: Month) -> list[UseCases]:
        asked = [cases for cases in self._asked.get(month, ()) if cases]
        return [cases for cases in asked if self._store.get(_USE_CASES, month, self._name_with(month, cases)) is None]

    def _name_with(self, month: Month, cases: UseCases) -> str:
        version = fact_version(_USE_CASES, first="")
        return fingerprint_of(self._name(month), cases, *filter(None, [version]))

    def _name(self, month: Month) -> str:
        cut = effective_cutoff(self._snapshot, self._store, "usage", [month] if month in self._inputs else [])
        return fingerprint_of(self._print(month), cut)

    def _print(self, month: Month) -> str:
        columns = sorted(name for name in self._snapshot.configured if name.startswith("usage"))
        own = self._inputs.get(month, "no rows")
        return fingerprint_of(fact_version(_FACTS), own, columns, self._mapping(month).rows())

    def _mapping(self, month: Month) -> pl.DataFrame:
        """Return the mapping to count by: distinct users need mapped accounts before counting, daily numbers add up."""
        is_distinct = "usage.user_id" in self._snapshot.configured
        return self._snapshot.mapping_of(month) if is_distinct else self._snapshot.mapping.clear()

    def history(self, month: Month) -> UsageFacts:
        """Return the history up to a month, folded on from the newest one in the store."""
        names: dict[Month, str] = {}
        former = fact_version(_HISTORY, first="")
        for one in Month.range(self.first, month):
            former = names[one] = fingerprint_of(former, self._named(one)[0])
        start, folded = self._newest_stored(names)
        for one in Month.range(start, month):
            united_now = fold_history(folded, self.facts(one))
            metadata = {"features": list(united_now.features)}
            kept = self._store.put(_HISTORY, one, names[one], united_now.frame.collect(engine="streaming"), metadata)
            folded = _as_facts(kept)
        assert folded is not None, "the range from the first month on is never empty"
        return folded

    def _newest_stored(self, names: dict[Month, str]) -> tuple[Month, UsageFacts | None]:
        """Return the month from which the history must be folded, and the history before it."""
        for one in reversed(names):
            stored = self._store.get(_HISTORY, one, names[one])
            if stored is not None:
                return one + 1, _as_facts(stored)
        return self.first, None


def _as_facts(stored: Fact) -> UsageFacts:
    return UsageFacts(stored.frame, tuple(stored.metadata["features"]))
