"""Numbers that may be meant in two ways are asked about, and read as the project answers."""

from __future__ import annotations

import polars as pl
import pytest

from tests.sql.sources.conftest import refused_rows
from transforms.errors import RetierError


def amounts(opened, *written, file="data.csv", column="amount", source="invoices", **spec):
    """Open a source with one row for each number, as it is written."""
    content = f"x,{column}\n" + "".join(f'{number},"{one}"\n' for number, one in enumerate(written))
    return opened(source, content, file, given=[column], **spec)


def read(source, column="amount"):
    return [one for month in source.months() for one in source.usable(month).collect()[column]]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(["500", "1.250"], id="three digits beside whole numbers"),
        pytest.param(["1.250", "500", "2.000"], id="several of them"),
        pytest.param(["-1.250", "500"], id="negative"),
        pytest.param(["1,5", "2"], id="decimal comma"),
        pytest.param(["1.234,50"], id="both signs"),
        pytest.param(["1,234.50", "12.50"], id="American thousands"),
        pytest.param(["12.50", "1,5"], id="a single comma"),
    ],
)
def test_what_may_be_meant_in_two_ways_is_asked_about(written, opened):
    with pytest.raises(RetierError, match=r"^invoices: amount in data\.csv has .* say which under sources\.invoices"):
        read(amounts(opened, *written))


def test_the_question_names_what_was_seen(opened):
    with pytest.raises(RetierError) as asked:
        read(amounts(opened, "500", "1.250"))
    assert str(asked.value) == (
        "invoices: amount in data.csv has points before exactly three digits beside whole numbers (got '1.250' and "
        "'500'), which may be decimal marks or separate thousands: say which under sources.invoices in retier.yaml, by "
        'decimal: "," or decimal: ".", or by thousands: "," or thousands: "."'
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(["500", "1250"], [500.0, 1250.0], id="whole numbers"),
        pytest.param(["1.250", "2.500"], [1.25, 2.5], id="three digits alone: dinars"),
        pytest.param(["500", "1.250", "12.5"], [500.0, 1.25, 12.5], id="another number settles it"),
        pytest.param(["500", "0.250"], [500.0, 0.25], id="no thousands begin with zero"),
        pytest.param(["500", "1250.500"], [500.0, 1250.5], id="too long for a group"),
        pytest.param(["500", "1.250e3"], [500.0, 1250.0], id="exponent"),
    ],
)
def test_what_can_be_meant_in_one_way_only_is_read(written, expected, opened):
    assert read(amounts(opened, *written)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"decimal": "."}, [500.0, 1.25]),
        ({"thousands": "."}, ValueError),
        ({"decimal": ",", "thousands": "."}, [500.0, 1250.0]),
        ({"thousands": ","}, [500.0, 1.25]),
    ],
    ids=str,
)
def test_the_project_answers(answer, expected, opened):
    if expected is ValueError:
        with pytest.raises(ValueError, match="decimal and thousands are the same sign"):
            amounts(opened, "500", "1.250", **answer)
        return
    assert read(amounts(opened, "500", "1.250", **answer)) == expected


@pytest.mark.parametrize(
    ("written", "answer", "expected"),
    [
        ("1.234,50", {"decimal": ",", "thousands": "."}, 1234.5),
        ("1.234.567", {"decimal": ",", "thousands": "."}, 1234567.0),
        ("1,234.50", {"thousands": ","}, 1234.5),
        ("1 234,50", {"decimal": ",", "thousands": " "}, 1234.5),
        ("1\u00a0234\u202f567,5", {"decimal": ",", "thousands": " "}, 1234567.5),
        ("1'234.50", {"thousands": "'"}, 1234.5),
        ("1\u2019234.50", {"thousands": "'"}, 1234.5),
        ("-1,234", {"thousands": ","}, -1234.0),
        ("12,5", {"decimal": ","}, 12.5),
    ],
)
def test_groups_of_thousands_are_read(written, answer, expected, opened):
    assert read(amounts(opened, written, **answer)) == [expected]


@pytest.mark.parametrize("written", ["1,23", "1,2345", "1234,567", "1,234,56", "1.5,000", ",123"])
def test_groups_that_are_not_of_three_digits_are_held_back(written, opened):
    source = amounts(opened, "1,234", written, thousands=",")

    assert read(source) == [1234.0]
    [held] = refused_rows(source).to_dicts()
    assert [error["got"] for error in held["errors"]] == [written, written]


@pytest.mark.parametrize("column", ["employees", "addressable_seats"])
def test_counts_are_asked_about_too(column, opened):
    """Else 1.000 people would be one, without a word."""
    with pytest.raises(RetierError, match=f"accounts: {column} in data.csv has points before exactly three digits"):
        amounts(opened, "500", "1.000", column=column, source="accounts").usable()


def test_measurements_are_not(opened):
    source = amounts(opened, "1", "1.125", column="handle_minutes", source="tickets")
    assert read(source, "handle_minutes") == [1.0, 1.125]


def test_what_is_no_number_is_held_back_and_not_asked_about(opened):
    source = amounts(opened, "12.50", "n/a, see above", "1.000 EUR")
    assert read(source) == [12.5]
    assert refused_rows(source).height == 2


@pytest.mark.parametrize(
    ("others", "is_asked"), [(["12.50"], False), (["700"], True)], ids=["settled", "still in doubt"]
)
def test_another_file_of_the_source_may_settle_it(others, is_asked, opened, events, project):
    amounts(opened, "500", "1.250", file="a.csv")
    amounts(opened, *others, file="b.csv")
    for path in ("a.csv", "b.csv"):
        text = (project / path).read_text().replace("\n0,", f"\n{path}0,").replace("\n1,", f"\n{path}1,")
        (project / path).write_text(text.replace("x,", "invoice_id,"))
    dull = {"account_id": "A", "issued_date": "2026-01-01", "status": "open"}
    source = events("invoices", path="*.csv", constants=dull)

    if is_asked:
        with pytest.raises(RetierError, match=r"amount in a\.csv"):
            source.months()
    else:
        assert sorted(read(source)) == [1.25, 12.5, 500.0]


def test_the_question_is_asked_again_by_the_next_run_until_it_is_answered(opened):
    for _ in range(2):
        with pytest.raises(RetierError, match="say which"):
            read(amounts(opened, "500", "1.250"))
    before = read(amounts(opened, "500", "1.250", decimal="."))
    assert before == [500.0, 1.25]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_texts_of_other_formats_are_asked_about(ending, events, project):
    frame = pl.DataFrame({"invoice_id": ["1", "2"], "amount": ["500", "1.250"]})
    (frame.write_ndjson if ending == "jsonl" else frame.write_parquet)(project / f"data.{ending}")
    dull = {"account_id": "A", "issued_date": "2026-01-01", "status": "open"}
    with pytest.raises(RetierError, match="say which"):
        events("invoices", path=f"data.{ending}", constants=dull).months()


def test_numbers_are_what_they_are(events, project):
    pl.DataFrame({"invoice_id": ["1", "2"], "amount": [500.0, 1.25]}).write_parquet(project / "data.parquet")
    dull = {"account_id": "A", "issued_date": "2026-01-01", "status": "open"}
    assert read(events("invoices", path="data.parquet", constants=dull)) == [500.0, 1.25]
