"""Features as bit sets: how many an account used lately, how many there are, how many are new to it."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import or_

import polars as pl

from transforms.facts.feature_sets import UsageFacts
from transforms.pillars.inputs import WINDOW_MONTHS, MonthInputs
from transforms.policy import Policy

_BITS = 64


def with_feature_use(accounts: pl.LazyFrame, inputs: MonthInputs, policy: Policy) -> pl.LazyFrame:
    """Add how broadly and how newly each account uses the product's features.

    Args:
        accounts: One row per account in scope, with ``tenure_start_date``; nobody else, because without a
            catalogue the features available are those that any of them used.
        inputs: The month's inputs.
        policy: The policy in force.

    Returns:
        The frame with ``feature_breadth_share`` (null where no feature is available) and ``features_adopted``
        more: features of the last 3 months that were never used before. The latter is null for an account
        older than those months where usage before them is not known at all.
    """
    months = [facts for month in inputs.month.trailing(WINDOW_MONTHS) if (facts := inputs.usage.get(month))]
    features = tuple(sorted({feature for facts in months for feature in facts.features}))
    for position, facts in enumerate(months):
        accounts = _with_words(accounts, facts, features, f"month_{position}")
    used = [
        reduce(or_, (pl.col(f"month_{position}_{word}") for position in range(len(months))))
        for word in range(_words(features))
    ]
    accounts = accounts.with_columns(expression.alias(f"used_{word}") for word, expression in enumerate(used))
    return _with_adoption(_with_breadth(accounts, features, policy), inputs, features)


def _with_breadth(accounts: pl.LazyFrame, features: tuple[str, ...], policy: Policy) -> pl.LazyFrame:
    catalogue = policy.metrics.feature_catalogue
    counted = frozenset(features if catalogue is None else catalogue)
    used = [pl.col(f"used_{word}") & mask for word, mask in enumerate(_masks(features, counted))]
    anyone = _count_of([words.bitwise_or() for words in used])
    available = anyone if catalogue is None else pl.lit(len(counted))
    share = pl.when(available > 0).then(_count_of(used) / available)
    return accounts.with_columns(share.alias("feature_breadth_share"))


def _with_adoption(accounts: pl.LazyFrame, inputs: MonthInputs, features: tuple[str, ...]) -> pl.LazyFrame:
    used = [pl.col(f"used_{word}") for word in range(_words(features))]
    before = inputs.usage_history_before
    if before is None:
        window_starts = (inputs.month - (WINDOW_MONTHS - 1)).first_day
        is_new = pl.col("tenure_start_date") >= window_starts
        return accounts.with_columns(pl.when(is_new).then(_count_of(used)).alias("features_adopted"))
    known = _with_words(accounts, before, features, "before")
    new = [words & ~pl.col(f"before_{word}") for word, words in enumerate(used)]
    return known.with_columns(_count_of(new).alias("features_adopted"))


def _with_words(accounts: pl.LazyFrame, facts: UsageFacts, features: tuple[str, ...], name: str) -> pl.LazyFrame:
    """Add an account's features as words ``name_0``, ``name_1`` ... over a common list of features."""
    words = [word.alias(f"{name}_{index}") for index, word in enumerate(_translated(facts.features, features))]
    joined = accounts.join(facts.frame.select("account_id", *words), on="account_id", how="left")
    return joined.with_columns(pl.col(f"{name}_{index}").fill_null(0) for index in range(len(words)))


def _translated(written: tuple[str, ...], wanted: tuple[str, ...]) -> list[pl.Expr]:
    """Move the bits of one list of features to their places in another; features not wanted are dropped.

    Bits that move by the same distance move together, so that equal and nearly equal lists, which are the
    rule, cost a few operations per word.
    """
    places = {feature: place for place, feature in enumerate(wanted)}
    moves: dict[int, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for place, feature in enumerate(written):
        if feature in places:
            (word, bit), (target, target_bit) = divmod(place, _BITS), divmod(places[feature], _BITS)
            moves[target][word, target_bit - bit] |= 1 << bit
    return [
        reduce(or_, (_moved(*move, mask) for move, mask in moves[target].items()), _word(0))
        for target in range(_words(wanted))
    ]


def _moved(word: int, distance: int, mask: int) -> pl.Expr:
    bits = pl.col(f"feature_words_{word}") & _word(mask)
    return bits * _word(1 << distance) if distance >= 0 else bits // _word(1 << -distance)


def _masks(features: tuple[str, ...], counted: frozenset[str]) -> list[pl.Expr]:
    masks = [0] * _words(features)
    for place, feature in enumerate(features):
        masks[place // _BITS] |= (feature in counted) << place % _BITS
    return [_word(mask) for mask in masks]


def _count_of(words: list[pl.Expr]) -> pl.Expr:
    counts = (word.bitwise_count_ones().cast(pl.Int64) for word in words)
    return reduce(lambda total, count: total + count, counts, pl.lit(0, pl.Int64))


def _words(features: tuple[str, ...]) -> int:
    return -(-len(features) // _BITS)


def _word(value: int) -> pl.Expr:
    return pl.lit(value, pl.UInt64)
