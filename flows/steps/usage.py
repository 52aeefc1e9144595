"""Usage facts from the fact store, made where they are not there yet, one month's rows at a time."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.keys import refuse_duplicates
from flows.steps.extract import Extract
from flows.steps.prints import print_of
from sql.facts import FactStore
from transforms.accounts import mapped
from transforms.contracts import SOURCES
from transforms.facts.feature_sets import UsageFacts, united
from transforms.facts.usage import features_of, fold_history, of_merged_accounts, usage_facts
from transforms.knowledge import as_known
from transforms.month import Month
from transforms.pillars.inputs import WINDOW_MONTHS

_FACTS, _HISTORY = "usage", "usage_history"
_DEFINITION = "1"
"""To be raised with every change of what usage facts mean: stored ones are then made again."""


@dataclass(frozen=True, slots=True)
class UsageWindow:
    """The usage facts that a month looks at, accounts mapped as of it.

    Attributes:
        by_month: Usage facts of the trailing months; months before the first row ever are left out.
        history: Every feature used and last day of use, up to the month.
        history_before: The same up to three months before; None where nothing is known so far back.
    """

    by_month: dict[Month, UsageFacts]
    history: UsageFacts
    history_before: UsageFacts | None


def usage_window(extract: Extract, store: FactStore, month: Month, months: int) -> UsageWindow:
    """Give the usage facts that a month looks at.

    Args:
        extract: The sources.
        store: The fact store.
        month: The month M.
        months: How many trailing months, M included, are looked at one by one.

    Raises:
        DataQualityError: If rows share their key, or do not fit the contract.
    """
    chain = _Chain(extract, store, month)
    now = [chain.facts(one) for one in month.trailing(months) if one >= chain.first]
    before = month - WINDOW_MONTHS
    return UsageWindow(
        by_month={one: _of(extract, facts) for one, facts in zip(_known(month, months, chain), now, strict=True)},
        history=_united(extract, chain.history(month)),
        history_before=_united(extract, chain.history(before)) if before >= chain.first else None,
    )


def _known(month: Month, months: int, chain: _Chain) -> list[Month]:
    return [one for one in month.trailing(months) if one >= chain.first]


def _of(extract: Extract, facts: UsageFacts) -> UsageFacts:
    """Facts as of the month: accounts that have become one since they were counted are added up."""
    if extract.mapping.is_empty():
        return facts
    return of_merged_accounts(UsageFacts(mapped(facts.frame, extract.mapping), facts.features))


def _united(extract: Extract, history: UsageFacts) -> UsageFacts:
    if extract.mapping.is_empty():
        return history
    return united([UsageFacts(mapped(history.frame, extract.mapping), history.features)], latest=["last_active_date"])


class _Chain:
    """Months of usage up to one, each counted from its own rows, and the history folded along them."""

    def __init__(self, extract: Extract, store: FactStore, month: Month) -> None:
        self._source = extract.events["usage"]
        self._extract = extract
        self._store = store
        self._inputs = self._source.months()
        with_rows = [one for one in self._inputs if one <= month]
        self.first = min(with_rows, default=month)
        self._prints: dict[Month, str] = {}
        self._history_prints: dict[Month, str] = {}
        former = ""
        for one in Month.range(self.first, month):
            self._prints[one] = self._print(one)
            former = print_of(former, self._prints[one])
            self._history_prints[one] = former

    def _print(self, month: Month) -> str:
        mapping = self._extract.mapping_of(month)
        return print_of(
            _DEFINITION,
            self._inputs.get(month, "no rows"),
            sorted(name for name in self._extract.configured if name.startswith("usage")),
            mapping.rows(),
        )

    def facts(self, month: Month) -> UsageFacts:
        """Usage facts of a month, from the store or made now."""
        stored = self._store.read(_FACTS, month, self._prints[month])
        if stored is None:
            self._make(month)
            stored = self._store.read(_FACTS, month, self._prints[month])
            assert stored is not None
        return UsageFacts(stored.frame, tuple(stored.metadata["features"]))

    def _make(self, month: Month) -> None:
        rows = self._source.rows(month)
        table = SOURCES["usage"]
        configured = self._extract.configured
        refuse_duplicates(rows, table, configured, f" in {month}")
        known = as_known(rows, table, self._extract.known_until, configured)
        known = mapped(known, self._extract.mapping_of(month))
        features = features_of(known).collect(engine="streaming")["feature"].to_list()
        facts = usage_facts(known, month, features, configured)
        self._store.write(_FACTS, month, self._prints[month], facts, {"features": features})

    def history(self, month: Month) -> UsageFacts:
        """The history up to a month, folded on from the newest one in the store."""
        missing: list[Month] = []
        folded: UsageFacts | None = None
        for one in reversed(Month.range(self.first, month)):
            stored = self._store.read(_HISTORY, one, self._history_prints[one])
            if stored is not None:
                folded = UsageFacts(stored.frame, tuple(stored.metadata["features"]))
                break
            missing.append(one)
        for one in reversed(missing):
            folded = fold_history(folded, self.facts(one))
            print_here = self._history_prints[one]
            self._store.write(_HISTORY, one, print_here, folded.frame, {"features": list(folded.features)})
            stored = self._store.read(_HISTORY, one, print_here)
            assert stored is not None
            folded = UsageFacts(stored.frame, folded.features)
        assert folded is not None
        return folded
