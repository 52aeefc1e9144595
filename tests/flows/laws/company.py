"""What is published of the sample company, for the laws that must hold of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl

from flows.settings import load_project
from flows.transactions import read_in_transaction
from sql.dialects import quoted, read
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy
from transforms.sample import MONTHS

ACCOUNT_MONTH = ["account_id", "month"]


class Company:
    """The tables of the demo as they are published, each read once.

    Attributes:
        folder: Its project.
        project: Its settings.
        policy: Its policy, the same in all months.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = load_project(folder, {})
        self.policy: Policy = self.project.policies.policy_for(MONTHS[0])
        assert self.policy == self.project.policies.policy_for(MONTHS[-1])
        self._tables: dict[str, pl.DataFrame] = {}

    def table(self, name: str) -> pl.DataFrame:
        """All months of a table, in the order of its key."""
        if name not in self._tables:
            query = "select * from {}".format
            found = read_in_transaction(self.project, lambda one: read(one, query(quoted(one, name))))
            assert found is not None
            contract = PUBLISHED[name]
            self._tables[name] = contract.conform(found.lazy()).sort(contract.key).collect()
        return self._tables[name]

    def month(self, name: str, month: Month) -> pl.DataFrame:
        """One month of a table; no rows where it is not published."""
        return self.table(name).filter(pl.col("month") == month.first_day)

    def joined(self, *names: str) -> pl.DataFrame:
        """Tables of account-months side by side; columns of the first one win."""
        first, *others = map(self.table, names)
        for other in others:
            new = [name for name in other.columns if name not in first.columns]
            first = first.join(other.select(*ACCOUNT_MONTH, *new), on=ACCOUNT_MONTH, how="left")
        return first

    def contacts(self) -> pl.DataFrame:
        """The contacts that the CRM has: account_id, kind and date."""
        files = sorted((self.folder / "data" / "crm").glob("activities-*.csv.gz"))
        assert len(files) == len(MONTHS)
        names = {"company": "account_id", "type": "kind", "activity_date": "date"}
        rows = pl.concat(map(partial(pl.read_csv, columns=list(names), infer_schema=False), files))
        return rows.rename(names).with_columns(pl.col("date").str.to_date("%Y-%m-%d", strict=False))
