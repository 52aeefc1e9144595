import pytest
from polars.testing import assert_frame_equal

from transforms.sample import MONTHS, sample_month, sample_tables
from transforms.sample.dirt import with_dirt
from transforms.sample.exports import EXPORTS, exported

MANY = 900
ROWS = sample_tables(MANY) | sample_month(MONTHS[3], MANY)


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
def test_a_small_file_stays_clean(source):
    few = exported(source, ROWS[source]).head(50)
    assert with_dirt(source, few).equals(few)
