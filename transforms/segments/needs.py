"""Needs: what an account uses the product for, as use cases that the policy names."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.exact import divided
from transforms.facts.usage import use_case_columns
from transforms.policy.segments import UseCase, without_case_and_blanks

_DECLARED = float("inf")


def with_needs(accounts: pl.LazyFrame, usage: pl.LazyFrame | None, use_cases: Sequence[UseCase]) -> pl.LazyFrame:
    """Add the two use cases that stand out most in each account's usage, compared with that of all accounts.

    A use case stands out if its share of the account's events is larger than its share of everybody's events. Within an
    account, this has the same order as the account's share of the use case's events, which is what is compared. An
    objective that the account has declared comes first, whether or not it is used.

    Args:
        accounts: Exactly the accounts in scope, with ``declared_objective``.
        usage: Events per use case, any number of rows per account: account_id, ``use_case_columns`` in the order of
            the use cases. None if usage is stale.
        use_cases: The use cases of the policy; of two that stand out equally the first one counts.

    Returns:
        The frame with ``primary_need`` and ``secondary_need`` added: names of use cases, null if no event of the
        account belongs to any (other) one.
    """
    if not use_cases:
        return accounts.with_columns(pl.lit(None, pl.String).alias(name) for name in ("primary_need", "secondary_need"))
    names, columns = [use_case.name for use_case in use_cases], use_case_columns(len(use_cases))
    used = accounts
    if usage is not None:
        used = accounts.join(usage.group_by("account_id").agg(pl.col(columns).sum()), on="account_id", how="left")
    strengths = [
        pl.when(_is_declared(use_case)).then(_DECLARED).otherwise(pl.lit(0.0) if usage is None else _strength(column))
        for use_case, column in zip(use_cases, columns, strict=True)
    ]
    stored = [pl.col(f"_strength_{place}") for place in range(len(names))]
    others = [
        pl.when(pl.col("primary_need") == name).then(0.0).otherwise(strength)
        for name, strength in zip(names, stored, strict=True)
    ]
    return (
        used.with_columns(strength.alias(f"_strength_{place}") for place, strength in enumerate(strengths))
        .with_columns(_strongest(names, stored).alias("primary_need"))
        .with_columns(_strongest(names, others).alias("secondary_need"))
        .select(*accounts.collect_schema().names(), "primary_need", "secondary_need")
    )


def _strongest(names: Sequence[str], strengths: Sequence[pl.Expr]) -> pl.Expr:
    """Return the name with the greatest strength, the first of equals; null if none is above 0."""
    greatest = pl.max_horizontal(strengths)
    chosen = [
        pl.when((strength == greatest) & (strength > 0)).then(pl.lit(name))
        for name, strength in zip(names, strengths, strict=True)
    ]
    return pl.coalesce(chosen)


def _strength(column: str) -> pl.Expr:
    """Return the account's share of all events of a use case; 0 if it, or everybody, has none."""
    events = pl.col(column).fill_null(0)
    return pl.when(events > 0).then(divided(events, events.sum())).otherwise(0.0)


def _is_declared(use_case: UseCase) -> pl.Expr:
    written = pl.col("declared_objective").str.replace_all(r"\s", "").str.to_lowercase()
    return (written == without_case_and_blanks(use_case.name)).fill_null(value=False)
