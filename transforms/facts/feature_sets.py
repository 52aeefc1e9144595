"""Sets of features as bits: bit i of word w is feature 64 w + i of a sorted list that is kept with the frame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

WORD_BITS = 64
_ONE_WORD = (1 << WORD_BITS) - 1


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """A frame with ``account_id`` and ``feature_words_*``, and the features of the bits.

    Attributes:
        frame: Usage facts of a month, a usage history, or a union of either.
        features: The feature of each bit, sorted and distinct.
    """

    frame: pl.LazyFrame
    features: tuple[str, ...]


def word_columns(features: Sequence[str]) -> list[str]:
    """Name the columns that hold a set of these features; at least one, so that every frame has a set."""
    return [f"feature_words_{word}" for word in range(max(1, -(-len(features) // WORD_BITS)))]


def masks(features: Sequence[str], chosen: Collection[str]) -> dict[str, int]:
    """Return the bits of the chosen features in each word; features that are not in the list have none."""
    wanted = set(chosen)
    whole = sum(1 << position for position, feature in enumerate(features) if feature in wanted)
    return {name: whole >> (WORD_BITS * word) & _ONE_WORD for word, name in enumerate(word_columns(features))}


def feature_count(features: Sequence[str], among: Collection[str] | None = None) -> pl.Expr:
    """Count the features in each row's set.

    Args:
        features: The feature of each bit.
        among: Count only these (a catalogue); None for all.

    Returns:
        An Int64 expression over the word columns, without nulls: a null word is an empty one.
    """
    kept = masks(features, features if among is None else among)
    return pl.sum_horizontal(
        (pl.col(name) & _word(mask)).bitwise_count_ones().fill_null(0).cast(pl.Int64) for name, mask in kept.items()
    )


def remapped(frame: pl.LazyFrame, features: Sequence[str], onto: Sequence[str]) -> pl.LazyFrame:
    """Move the bits of each row's set from one list of features to another.

    Args:
        frame: A frame with the word columns of ``features``.
        features: The present feature of each bit.
        onto: The new feature of each bit; features that it lacks are removed from the sets.

    Returns:
        The frame with the word columns of ``onto`` in their place, last.
    """
    if tuple(features) == tuple(onto):
        return frame
    words = {name: pl.lit(0, pl.UInt64) for name in word_columns(onto)}
    for (start, target, shift), mask in _moves(features, onto).items():
        words[target] = words[target] | _shifted(pl.col(start) & _word(mask), shift)
    moved = [expression.alias(f"_{name}") for name, expression in words.items()]
    return frame.with_columns(moved).drop(word_columns(features)).rename({f"_{name}": name for name in words})


def united(sets: Sequence[UsageFacts], latest: Sequence[str] = ()) -> UsageFacts:
    """Unite the sets of each account over several frames.

    Args:
        sets: One or more frames, in which an account may have several rows.
        latest: Other columns of every frame; the greatest value per account is kept.

    Returns:
        One row per account: account_id, the columns of ``latest``, and the sets over the union of the lists.
    """
    features = tuple(sorted({feature for one in sets for feature in one.features}))
    words = word_columns(features)
    stacked = pl.concat(
        remapped(one.frame, one.features, features).select("account_id", *latest, *words) for one in sets
    )
    # A null has no bits: bitwise_or skips nulls, and is null only if all values are.
    united_words = [pl.col(name).bitwise_or().fill_null(0) for name in words]
    return UsageFacts(
        stacked.group_by("account_id").agg(*(pl.col(name).max() for name in latest), *united_words), features
    )


def new_features(now: UsageFacts, before: UsageFacts) -> pl.LazyFrame:
    """Count the features that an account has now and did not have before.

    Args:
        now: One row per account.
        before: One row per account; an account without a row had none.

    Returns:
        One row per account of ``now``: account_id, new_features.
    """
    words = word_columns(now.features)
    former = remapped(before.frame, before.features, now.features).select("account_id", *words)
    in_both = pl.sum_horizontal(
        (pl.col(name) & pl.col(f"{name}_before")).bitwise_count_ones().fill_null(0).cast(pl.Int64) for name in words
    )
    return now.frame.join(former, on="account_id", how="left", suffix="_before").select(
        "account_id", new_features=feature_count(now.features) - in_both
    )


def _moves(features: Sequence[str], onto: Sequence[str]) -> dict[tuple[str, str, int], int]:
    """Group bits that move from word to word by the same shift under one mask: few groups if lists are sorted."""
    places = {feature: position for position, feature in enumerate(onto)}
    old_words, new_words = word_columns(features), word_columns(onto)
    moves: dict[tuple[str, str, int], int] = defaultdict(int)
    for position, feature in enumerate(features):
        if feature in places:
            old_word, old_bit = divmod(position, WORD_BITS)
            new_word, new_bit = divmod(places[feature], WORD_BITS)
            moves[old_words[old_word], new_words[new_word], new_bit - old_bit] |= 1 << old_bit
    return dict(moves)


def _shifted(word: pl.Expr, by: int) -> pl.Expr:
    # Polars has no shift of bits; masked bits never leave their word, so the product never overflows.
    return word * _word(1 << by) if by >= 0 else word // _word(1 << -by)


def _word(value: int) -> pl.Expr:
    return pl.lit(value, pl.UInt64)
