"""The demo's company as frames per canonical source: whole tables, and events month by month."""

from __future__ import annotations

from math import pi, sin

import polars as pl

from transforms.contracts import SOURCES
from transforms.month import Month
from transforms.sample.billing import invoices_of
from transforms.sample.contacts import touchpoints_of
from transforms.sample.crm import accounts_of
from transforms.sample.span import ACCOUNTS, HISTORY_MONTH, LAST_MONTH
from transforms.sample.team import grants_of, merges, overrides_of, team
from transforms.sample.terms import terms
from transforms.sample.tickets import tickets_of
from transforms.sample.usage import usage_of
from transforms.sample.versions import ticket_versions, usage_versions
from transforms.sample.vocabulary import PRODUCTS


def sample_accounts(accounts: int = ACCOUNTS) -> pl.DataFrame:
    """Generate the accounts, with their history.

    Args:
        accounts: The number of accounts besides the stories; account n does not depend on it.

    Returns:
        The source `accounts`: one row per account and first day of validity.
    """
    return _canonical("accounts", accounts_of(accounts))


def sample_tables(accounts: int = ACCOUNTS) -> dict[str, pl.DataFrame]:
    """Generate the sources that are exported whole, as of the end of the demo.

    Args:
        accounts: The number of accounts besides the stories.

    Returns:
        Frames by source: accounts, subscriptions, products, strategic_grants, overrides, account_merges, rates, team.
    """
    frames = {
        "accounts": accounts_of(accounts),
        "subscriptions": terms(accounts).lazy(),
        "products": pl.LazyFrame(list(PRODUCTS)),
        "strategic_grants": grants_of(accounts),
        "overrides": overrides_of(accounts),
        "account_merges": merges().lazy(),
        "rates": _rates(),
        "team": team().lazy(),
    }
    return {source: _canonical(source, frame) for source, frame in frames.items()}


def sample_month(month: Month, accounts: int = ACCOUNTS) -> dict[str, pl.DataFrame]:
    """Generate the events of a month, which do not depend on which other months are generated.

    Args:
        month: A month of the demo (`MONTHS`); other months have few events or none.
        accounts: The number of accounts besides the stories.

    Returns:
        Frames by source: usage, tickets (with all versions of a row, however late they became known), touchpoints
        and invoices (as of the end of the demo); each sorted by its key.
    """
    frames = {
        "usage": usage_versions(usage_of(month, accounts), month),
        "tickets": ticket_versions(tickets_of(month, accounts), month),
        "touchpoints": touchpoints_of(month, accounts),
        "invoices": invoices_of(month, accounts),
    }
    return {source: _canonical(source, frame) for source, frame in frames.items()}


def _canonical(source: str, rows: pl.LazyFrame) -> pl.DataFrame:
    """Return the rows with the source's columns, null if the demo has no values, sorted by its key."""
    table = SOURCES[source]
    present = rows.collect_schema().names()
    missing = [pl.lit(None).alias(name) for name in table.columns if name not in present]
    return table.conform(rows.with_columns(missing)).sort(*table.key, "known_at").collect()


def _rates() -> pl.LazyFrame:
    """Return the rates of the euro: a slow swing of some five per cent."""
    months = Month.range(HISTORY_MONTH, LAST_MONTH)
    rates = [round(1.11 + 0.05 * sin(2 * pi * place / 20), 4) for place in range(len(months))]
    return pl.LazyFrame({"currency": "EUR", "month": [month.first_day for month in months], "rate": rates})
