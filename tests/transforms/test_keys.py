"""Of rows that share their key: copies give way to the first, contradictions are all held back."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rows
from transforms import keys
from transforms.contracts import SOURCES
from transforms.keys import has_repeats, key_columns, repeated_rows, repeats_sentence

USAGE = SOURCES["usage"]
CONFIGURED = {"usage.account_id", "usage.date", "usage.feature", "usage.events"}


def located(*events, origins=None, **columns):
    """Rows of one account, day and feature, each with its number of events."""
    given_rows = [{"events": number, "feature": "f", **columns} for number in events]
    places = origins or ["usage.csv"] * len(events)
    return rows(USAGE, given_rows).with_columns(
        pl.Series("origin", places, pl.String), pl.int_range(1, pl.len() + 1).cast(pl.Int64).alias("position")
    )


def held_positions(frame, configured=CONFIGURED):
    return repeated_rows(frame.lazy(), USAGE, configured)["position"].to_list()


def test_of_copies_the_first_stays():
    assert held_positions(located(7, 7, 7)) == [2, 3]


def test_of_contradictions_none_stays():
    assert held_positions(located(7, 8)) == [1, 2]


def test_of_copies_among_contradictions_none_stays():
    assert held_positions(located(7, 7, 8)) == [1, 2, 3]


def test_other_keys_are_left_alone():
    assert held_positions(
        pl.concat([located(7, 7), located(7, feature="g").with_columns(position=pl.lit(9, pl.Int64))])
    ) == [2]


def test_the_first_is_so_by_file_and_then_by_row():
    frame = located(7, 7, origins=["b.csv", "a.csv"])
    assert repeated_rows(frame.lazy(), USAGE, CONFIGURED)["origin"].to_list() == ["b.csv"]


def test_nulls_in_a_key_are_equal():
    with_users = CONFIGURED | {"usage.user_id"}
    assert held_positions(located(7, 7, user_id=None), with_users) == [2]
    assert held_positions(pl.concat([located(7, user_id="u"), located(8, user_id=None)]), with_users) == []


def test_a_later_row_with_the_same_key_is_no_duplicate_where_known_at_tells_them_apart():
    assert key_columns(USAGE, CONFIGURED | {"usage.known_at"}) == ["account_id", "date", "feature", "known_at"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=20), st.randoms())
def test_what_is_held_back_depends_on_no_order(pairs, random):
    """The rows that stay have different keys, and are the same whatever order the rows come in."""
    frame = rows(USAGE, [{"feature": feature, "events": events} for feature, events in pairs])
    frame = frame.with_columns(pl.lit("usage.csv").alias("origin"), pl.int_range(pl.len()).alias("position"))
    order = list(range(frame.height))
    random.shuffle(order)
    shuffled = frame[order].with_columns(pl.int_range(pl.len()).alias("position"))
    kept = [_kept(one) for one in (frame, shuffled)]
    assert kept[0] == kept[1]
    assert len({feature for feature, _ in kept[0]}) == len(kept[0])


def _kept(frame):
    held = repeated_rows(frame.lazy(), USAGE, CONFIGURED)
    return sorted(frame.join(held, on=["origin", "position"], how="anti").select("feature", "events").rows())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=20))
def test_repeats_are_seen_exactly_where_rows_are_held_back(pairs):
    frame = rows(USAGE, [{"feature": feature, "events": events} for feature, events in pairs])
    features = [feature for feature, _ in pairs]
    assert has_repeats(frame.lazy(), key_columns(USAGE, CONFIGURED)) == (len(set(features)) < len(features))


def test_large_sources_are_compared_bucket_by_bucket(monkeypatch: pytest.MonkeyPatch):
    frame = pl.concat([located(1, 1, feature=str(number)) for number in range(20)])
    frame = frame.with_columns(pl.int_range(pl.len()).alias("position"))
    whole = held_positions(frame)
    monkeypatch.setattr(keys, "BUCKET_ROWS", 7)
    assert held_positions(frame) == whole == list(range(1, 40, 2))


def test_the_sentence_names_the_first_keys():
    held = repeated_rows(located(7, 8, 9).lazy(), USAGE, CONFIGURED)
    assert repeats_sentence(held, USAGE, CONFIGURED) == (
        "3 rows are too many: 1 key occurs more than once (account_id, date, feature), first "
        f"('{held['account_id'][0]}', '{held['date'][0]}', 'f'); expected each key once: remove the copies, or map "
        "known_at so that the latest row counts"
    )


@pytest.mark.parametrize(
    ("events", "beginning"),
    [
        ([7, 7], "1 row is too many: 1 key occurs more than once "),
        ([7, 8], "2 rows are too many: 1 key occurs more than once "),
    ],
    ids=["one-row", "two-rows"],
)
def test_the_sentence_counts_one_row_as_one(events, beginning):
    held = repeated_rows(located(*events).lazy(), USAGE, CONFIGURED)
    assert repeats_sentence(held, USAGE, CONFIGURED).startswith(beginning)


def test_the_sentence_cuts_long_keys():
    held = repeated_rows(located(7, 8, feature="x" * 9999).lazy(), USAGE, CONFIGURED)
    assert f"'{'x' * 60}')" in repeats_sentence(held, USAGE, CONFIGURED)
