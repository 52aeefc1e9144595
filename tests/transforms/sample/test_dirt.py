import pytest
from polars.testing import assert_frame_equal

from transforms.sample import MONTHS, sample_month, sample_tables
from transforms.sample.dirt import with_dirt
from transforms.sample.exports import EXPORTS, exported

FEW = 60
ROWS = sample_tables(FEW) | sample_month(MONTHS[3], FEW)


@pytest.mark.parametrize("source", EXPORTS)
def test_good_rows_stay_as_they_are(source):
    clean = exported(source, ROWS[source])
    dirty = with_dirt(source, clean)
    assert_frame_equal(dirty.head(clean.height), clean, check_dtypes=False)
    assert dirty.height - clean.height == (source in {"accounts", "tickets", "touchpoints", "invoices"})


def test_no_row_stands_in_the_way_of_a_good_one_but_the_copy():
    for source in ("accounts", "tickets", "touchpoints"):
        dirty = with_dirt(source, exported(source, ROWS[source]))
        identity = EXPORTS[source].columns["account_id" if source == "accounts" else source.removesuffix("s") + "_id"]
        assert dirty[identity].tail(1).item().endswith("-upload")
    invoices = with_dirt("invoices", exported("invoices", ROWS["invoices"]))
    assert invoices.tail(1).equals(invoices.head(1))


@pytest.mark.parametrize("source", EXPORTS)
def test_a_file_without_rows_gets_none(source):
    empty = exported(source, ROWS[source]).clear()
    assert with_dirt(source, empty).is_empty()
