"""Metrics of growth: more usage, more users, more revenue, and room for more."""

from __future__ import annotations

import polars as pl

from transforms.exact import divided
from transforms.pillars.health import users_per_seat
from transforms.pillars.inputs import WINDOW_MONTHS
from transforms.pillars.missing import is_too_young_for_growth
from transforms.pillars.usage_rates import growth_of_use, rate
from transforms.pillars.usage_window import users
from transforms.policy import Policy

VERSIONS = {1: "as in 0.1.0", 2: "growth of rates, with a prior in the place of minimum counts"}


def growth_metrics(policy: Policy) -> list[pl.Expr]:
    """Return the metrics of growth that are computed from the windows; ``features_adopted`` is already there.

    Returns:
        ``usage_growth_ratio``, ``user_growth_ratio``, ``revenue_expansion_ratio``, ``seat_saturation_share``
        and ``whitespace_share``, each null if unknown.
    """
    # Where nothing was ever used there is nothing that could grow.
    is_known = ~is_too_young_for_growth(policy) & pl.col("last_active_date").is_not_null()
    return [
        pl.when(is_known).then(growth_of_use(policy)).alias("usage_growth_ratio"),
        pl.when(is_known).then(_growth_of_users(policy)).alias("user_growth_ratio"),
        _change(pl.col("arr"), pl.col("arr_reference")).alias("revenue_expansion_ratio"),
        users_per_seat().alias("seat_saturation_share"),
        _whitespace().alias("whitespace_share"),
    ]


def with_product_whitespace(accounts: pl.LazyFrame, products: pl.LazyFrame | None) -> pl.LazyFrame:
    """Add ``product_whitespace``: of the products that an account may buy, the share that it does not own.

    Args:
        accounts: One row per account in scope, with ``plan`` and ``products`` (those owned).
        products: Source ``products``; None where it is not mapped.

    Returns:
        The frame with the column added; null if the account may buy none. An account without a plan may buy
        what is open to all plans.
    """
    if products is None:
        return accounts.with_columns(pl.lit(None, pl.Float64).alias("product_whitespace"))
    plans = accounts.select("plan").unique()
    eligible = eligible_products(products, plans)
    owned = pl.col("eligible").list.set_intersection(pl.col("products")).list.len()
    count = pl.col("eligible").list.len()
    return (
        accounts.join(eligible, on="plan", how="left", nulls_equal=True)
        .with_columns(pl.when(count > 0).then(1 - divided(owned, count)).alias("product_whitespace"))
        .drop("eligible")
    )


def eligible_products(products: pl.LazyFrame, plans: pl.LazyFrame) -> pl.LazyFrame:
    """List the products that each plan may buy.

    Args:
        products: Source ``products``.
        plans: Distinct plans: plan, null for accounts without one.

    Returns:
        One row per plan that may buy any: plan, eligible (names, sorted).
    """
    named = pl.col("eligible_plans").str.replace_all(";", "|").str.split("|").list.eval(pl.element().str.strip_chars())
    names = named.list.set_difference([""])
    offers = products.select("product", names.alias("names"))
    is_open = (pl.col("names").list.len() == 0) | pl.col("names").is_null()
    is_eligible = is_open | pl.col("names").list.contains(pl.col("plan"))
    return (
        plans.join(offers, how="cross")
        .filter(is_eligible)
        .group_by("plan")
        .agg(pl.col("product").unique().sort().alias("eligible"))
    )


def _whitespace() -> pl.Expr:
    free_seats = (1 - divided(pl.col("seats"), pl.col("addressable_seats"))).clip(0, 1)
    seats = pl.when(pl.col("addressable_seats") > 0).then(free_seats)
    products = pl.col("product_whitespace")
    # If only one half is known, it replaces the other; the mean of two equal halves is that half.
    return (pl.coalesce(seats, products) + pl.coalesce(products, seats)) / 2


def _growth_of_users(policy: Policy) -> pl.Expr:
    """Return the mean of three months' active users against that of the three before, both with the policy's prior."""
    prior = policy.metrics.growth_prior_users
    now, before = (_mean(range(start, start + WINDOW_MONTHS)) for start in (0, WINDOW_MONTHS))
    return divided(now - before, before + prior)


def _mean(agos: range) -> pl.Expr:
    return pl.concat_arr(pl.when(rate(ago).is_not_null()).then(users(ago)) for ago in agos).arr.mean()


def _change(now: pl.Expr, before: pl.Expr) -> pl.Expr:
    # The difference first, as for the usage trend, so that ratios that the policy names are met exactly.
    return pl.when(before > 0).then(divided(now - before, before))
