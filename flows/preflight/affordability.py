"""How many accounts could afford each tier under the policy in force."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from flows.inputs.snapshot import make_snapshot
from flows.preflight.report import Affordability
from flows.settings import Project
from flows.warehouse import reading
from sql.state import economics_of
from transforms.contracts.model import TIERS
from transforms.economics import gross_profit
from transforms.facts.billing import billing_facts
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.target import is_affordable


def affordability(
    project: Project,
    policy: Policy,
    month: Month,
    tables: dict[str, pl.LazyFrame],
    configured: frozenset[str],
    known_until: datetime,
) -> Affordability:
    """Count the accounts that could afford each tier.

    Where the month is published, its support cost and complexity count; otherwise only the contracts do, so that the
    counts are upper limits.

    Args:
        project: The project.
        policy: The policy in force.
        month: The month.
        tables: The sources that are read whole; accounts and subscriptions at least.
        configured: The mapped sources and columns.
        known_until: The knowledge cut-off.

    Raises:
        RetierError: If accounts, merges or rates cannot be used, or the warehouse cannot be read.
    """
    published = _published(project, month)
    is_published = not published.is_empty()
    accounts = published if is_published else _of_contracts(project, policy, month, tables, configured, known_until)
    judged = (
        accounts.lazy()
        .with_columns(gross_profit(policy.economics).alias("gross_profit"))
        .select(
            is_affordable(policy, rank, pl.lit(value=False)).fill_null(value=False).sum().alias(tier)
            for rank, tier in enumerate(TIERS)
        )
        .collect()
    )
    # Every account can afford the lowest tier; its condition does not depend on the rows.
    tiers = {tier: accounts.height if rank == 0 else int(judged[tier].item()) for rank, tier in enumerate(TIERS)}
    return Affordability(accounts.height, dict(reversed(tiers.items())), from_contracts_alone=not is_published)


def _published(project: Project, month: Month) -> pl.DataFrame:
    """Return arr, support_cost and complexity_without_touchpoints of each account; no rows where unpublished."""
    # A check changes nothing, so a warehouse of an earlier version stays as it is.
    with reading(project, is_migrating=False) as connection:
        if connection is None:
            columns = ("arr", "support_cost", "complexity_without_touchpoints")
            return pl.DataFrame(schema=dict.fromkeys(columns, pl.Float64))
        return economics_of(connection, month)


def _of_contracts(
    project: Project,
    policy: Policy,
    month: Month,
    tables: dict[str, pl.LazyFrame],
    configured: frozenset[str],
    known_until: datetime,
) -> pl.DataFrame:
    settings = project.settings
    snapshot = make_snapshot(month, known_until, settings.tier_at, configured, tables, {}, {})
    in_scope = snapshot.accounts.filter(~pl.col("is_internal").fill_null(value=False)).select("account_id")
    return (
        billing_facts(snapshot.subscriptions, snapshot.table("rates"), settings.currency, month, policy)
        .filter(pl.col("arr") > 0)
        .join(in_scope, on="account_id", how="semi")
        .select(
            "arr",
            pl.lit(None, pl.Float64).alias("support_cost"),
            pl.lit(None, pl.Float64).alias("complexity_without_touchpoints"),
        )
        .collect()
    )
