"""A digest of rows is the same under another Polars, whose own hashes differ."""

from __future__ import annotations

import json

import polars as pl
import pytest

from sql.row_digest import row_digest
from tests.environments import packages, run_with
from tests.sql.test_row_digest import FRAME

OTHER = "1.44.2"

PROGRAM = """
import json
import polars as pl
from sql.row_digest import row_digest
from tests.sql.test_row_digest import FRAME
from tests.sql.test_row_digest_elsewhere import many_rows
print(json.dumps([pl.__version__, row_digest(FRAME), row_digest(many_rows())]))
"""


def many_rows() -> pl.DataFrame:
    """More rows than are digested at once, of texts, numbers, days and nulls."""
    places = pl.int_range(100_000, eager=True)
    return pl.select(
        account_id=pl.format("account-{}", places % 977),
        amount=pl.when(places % 7 > 0).then(places / 3),
        day=pl.date(2025, 1, 1) + pl.duration(days=places % 365),
    )


@pytest.mark.compat
def test_another_polars_comes_to_the_same_digests() -> None:
    folder = packages(f"polars=={OTHER}", f"polars-runtime-32=={OTHER}")
    version, known, many = json.loads(run_with(folder, PROGRAM))

    assert version == OTHER != pl.__version__
    assert (known, many) == (row_digest(FRAME), row_digest(many_rows()))
