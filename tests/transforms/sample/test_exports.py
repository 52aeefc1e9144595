from functools import cache

import polars as pl
import pytest

from transforms.contracts import SOURCES
from transforms.sample import MONTHS, sample_month, sample_tables
from transforms.sample.exports import EXPORTS, deliveries, exported

FEW = 60


@cache
def delivered():
    return list(deliveries(FEW))


def test_every_source_is_exported():
    assert set(EXPORTS) == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES)
def test_only_what_a_constant_sets_and_what_is_empty_is_left_out(source):
    rows = sample_tables(FEW) | sample_month(MONTHS[0], FEW)
    left_out = [name for name in SOURCES[source].columns if name not in EXPORTS[source].columns]
    constant = [name for name in left_out if rows[source][name].null_count() < rows[source].height]
    assert constant == (["owner"] if source == "strategic_grants" else [])


def test_their_names_are_unique():
    for export in EXPORTS.values():
        assert len(set(export.columns.values())) == len(export.columns)


@pytest.mark.parametrize("source", [source for source, export in EXPORTS.items() if export.words])
def test_every_value_has_a_word_and_every_word_is_used(source):
    rows = (sample_tables() | sample_month(MONTHS[0]))[source]
    theirs = exported(source, rows)
    for name, words in EXPORTS[source].words.items():
        used = theirs[EXPORTS[source].columns[name]]
        assert used.null_count() == rows[name].null_count(), name
        assert set(used.drop_nulls()) == {word for several in words.values() for word in several}, name


def test_amounts_are_whole_cents():
    rows = sample_tables(FEW)["subscriptions"]
    cents = exported("subscriptions", rows)["mrr_cents"].to_list()
    assert [amount / 100 for amount in cents] == rows["mrr"].to_list()


def test_tickets_are_written_in_the_time_of_the_office():
    rows = sample_month(MONTHS[8], FEW)["tickets"]
    theirs = exported("tickets", rows)["created_at"].str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us")
    assert (theirs.dt.replace_time_zone("Europe/Berlin").dt.convert_time_zone("UTC") == rows["opened_at"]).all()


def test_no_time_falls_into_an_hour_that_comes_twice_or_never():
    for _, files in delivered():
        for name in ("opened_at", "closed_at", "known_at"):
            local = files["tickets"][name].dt.convert_time_zone("Europe/Berlin")
            assert not local.dt.hour().is_between(2, 3).any(), name


class TestDeliveries:
    def test_every_row_that_became_known_by_the_end_comes_once(self):
        for source in ("usage", "tickets"):
            came = pl.concat(files[source] for _, files in delivered())
            happened = pl.concat(sample_month(month, FEW)[source] for month in MONTHS)
            known = happened.filter(pl.col("known_at") < MONTHS[-1].end_time)
            assert came.sort(known.columns).equals(known.sort(known.columns))

    def test_a_file_holds_what_became_known_in_its_month(self):
        for month, files in delivered():
            for source in ("usage", "tickets"):
                assert files[source]["known_at"].min().date() >= month.first_day
                assert files[source]["known_at"].max() < month.end_time

    def test_some_rows_are_older_than_their_file(self):
        ages = [files["usage"]["date"].min() < month.first_day for month, files in delivered()]
        assert ages.count(True) > 20
