import polars as pl
import pytest

from transforms.contracts import SOURCES
from transforms.knowledge import as_known
from transforms.sample import MONTHS, sample_month

MONTH = MONTHS[8]
FRAMES = sample_month(MONTH)


def known(source: str, until=None) -> pl.DataFrame:
    configured = {f"{source}.known_at", f"{source}.is_deleted"}
    return as_known(FRAMES[source].lazy(), SOURCES[source], until, configured).collect()


def versions(source: str) -> pl.DataFrame:
    return FRAMES[source].filter(pl.len().over(SOURCES[source].key) > 1)


@pytest.mark.parametrize(("source", "event"), [("usage", pl.col("date")), ("tickets", pl.col("opened_at").dt.date())])
def test_nothing_is_known_before_it_happens(source, event):
    assert FRAMES[source].select((pl.col("known_at").dt.date() >= event).all()).item()


def test_a_few_rows_of_usage_come_with_the_next_month():
    late = FRAMES["usage"].filter(pl.col("known_at") >= MONTH.end_time)
    assert 0.002 < late.height / FRAMES["usage"].height < 0.01
    assert late["known_at"].max() < (MONTH + 1).end_time


def test_wrong_counts_are_corrected():
    first, last = (versions("usage").filter(~pl.col("is_deleted").any().over(SOURCES["usage"].key)).sort("known_at")
                   .group_by(SOURCES["usage"].key, maintain_order=True).agg(pl.col("events").get(place))["events"]
                   for place in (0, -1))  # fmt: skip
    assert len(first) > 20
    assert (first == 2 * last).all()


@pytest.mark.parametrize("source", ["usage", "tickets"])
def test_tombstones_follow_the_rows_that_they_withdraw(source):
    key = SOURCES[source].key
    withdrawn = versions(source).filter(pl.col("is_deleted").any().over(key)).sort("known_at")
    states = withdrawn.group_by(key, maintain_order=True).agg("is_deleted")["is_deleted"].to_list()
    assert len(states) >= 5
    assert all(state == [False, True] for state in states)
    assert known(source).join(withdrawn, on=key, how="semi", nulls_equal=True).is_empty()


def test_all_tombstones_have_a_row_before_them():
    for source in ("usage", "tickets"):
        assert FRAMES[source]["is_deleted"].sum() == versions(source)["is_deleted"].sum()


def test_tickets_that_close_later_are_open_at_first():
    then, now = known("tickets", MONTH.end_time), known("tickets")
    both = then.join(now, on="ticket_id", suffix="_now").filter(pl.col("closed_at_now") >= MONTH.end_time)
    assert both.height > 100
    assert (
        both["closed_at"].null_count()
        == both["csat"].null_count()
        == both["handle_minutes"].null_count()
        == both.height
    )
    assert both["csat_now"].null_count() < both.height


def test_most_of_a_month_is_known_at_its_end():
    then, now = known("usage", MONTH.end_time)["events"].sum(), known("usage")["events"].sum()
    assert then == pytest.approx(now, rel=0.01)
