"""Frames, texts and numbers come back from either database as they went in, with the same dtypes."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sql.dialects.copy_in
import sql.dialects.copy_out
from sql import dialects
from sql.dialects import dialect_of, exact_sum, execute, literal, load, read
from sql.engine import transaction
from tests.factories import rows
from tests.sql.databases import only_postgresql
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError

MANY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12) | st.sampled_from(
    [
        "",
        " ",
        "NULL",
        "null",
        "\\N",
        "\\.",
        "a\n\\.\nb",
        '"',
        "'",
        "{}",
        "{a,b}",
        ",",
        "\r\n",
        "\\",
        '\\"',
        "%s",
        "%(a)s",
        ":a",
    ]
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCHEMA = {
    "text": pl.String(),
    "day": pl.Date(),
    "at": pl.Datetime("us", "UTC"),
    "whole": pl.Int64(),
    "number": pl.Float64(),
    "is_so": pl.Boolean(),
    "numbers": pl.List(pl.Float64()),
    "texts": pl.List(pl.String()),
}
VALUES = {
    "text": TEXTS,
    "day": st.dates(),
    "at": st.datetimes(timezones=st.just(UTC)),
    "whole": st.integers(-(2**63), 2**63 - 1),
    "number": FLOATS,
    "is_so": st.booleans(),
    "numbers": st.lists(st.none() | FLOATS, max_size=4),
    "texts": st.lists(st.none() | TEXTS, max_size=4),
}
FRAMES = st.lists(st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()}), max_size=4).map(
    lambda found: pl.DataFrame(found, schema=SCHEMA)
)


@pytest.fixture
def connection(engine):
    with engine.connect() as opened:
        yield opened


@given(FRAMES)
@MANY
def test_any_frame_comes_back_as_it_was(connection, frame):
    with dialects.given(connection, "given_frame", frame):
        found = read(connection, "select * from given_frame")
    assert found.schema == frame.schema
    # The order of rows is nobody's promise; texts tell even the zero below zero from the other.
    assert sorted(map(str, found.rows())) == sorted(map(str, frame.rows()))


@pytest.mark.parametrize("name", SCHEMA)
@pytest.mark.parametrize("values", [[], [None], [None, None]], ids=["no-row", "null", "nulls"])
def test_a_column_alone_keeps_its_nulls(connection, name, values):
    frame = pl.DataFrame({name: pl.Series(values, dtype=SCHEMA[name])})
    with dialects.given(connection, "given_frame", frame):
        assert read(connection, "select * from given_frame").equals(frame)


def test_a_frame_of_many_slices_and_pieces_comes_back_whole(connection, monkeypatch):
    monkeypatch.setattr(sql.dialects.copy_in, "_SLICE_ROWS", 7)
    monkeypatch.setattr(sql.dialects.copy_out, "_PIECE_BYTES", 50)
    frame = pl.DataFrame({"number": range(100), "text": [f"row\n{number}" for number in range(100)]})
    with dialects.given(connection, "given_frame", frame):
        assert read(connection, "select * from given_frame order by number").equals(frame)


def test_a_frame_of_each_contract_comes_back_as_it_was(engine):
    for name, table in PUBLISHED.items():
        lists = {field.name: [None] for field in table.fields if isinstance(field.column.dtype, pl.List)}
        frame = rows(table, [lists])
        with transaction(engine) as connection:
            load(connection, name, frame)
            assert read(connection, f"select * from {name}").equals(frame)


def test_columns_that_a_frame_lacks_are_null(engine):
    with transaction(engine) as connection:
        execute(connection, "create table pairs (a bigint, b varchar)")
        load(connection, "pairs", pl.DataFrame({"b": ["x"]}))
        assert read(connection, "select a, b from pairs").rows() == [(None, "x")]


def test_numbers_have_the_same_dtypes_on_both(connection):
    found = read(
        connection,
        """
        select
            count(*) as rows,
            sum(cast(1 as bigint)) as total,
            max(cast(1 as bigint)) as most,
            sum(cast(0.5 as double precision)) as sum_of_numbers,
            avg(cast(0.5 as double precision)) as average,
            cast(1.5 as decimal(10, 2)) as price,
            1 as small,
            true as is_so,
            'x' as text,
            cast('2025-01-01 00:00:00' as timestamp) as at,
            cast('2025-01-01 02:00:00+02' as timestamp with time zone) as at_in_utc
        """,
    )
    assert dict(found.schema) == {
        "rows": pl.Int64,
        "total": pl.Decimal(38, 0),
        "most": pl.Int64,
        "sum_of_numbers": pl.Float64,
        "average": pl.Float64,
        "price": pl.Decimal(10, 2),
        "small": pl.Int32,
        "is_so": pl.Boolean,
        "text": pl.String,
        "at": pl.Datetime("us"),
        "at_in_utc": pl.Datetime("us", "UTC"),
    }
    assert found["at_in_utc"].item() == datetime(2025, 1, 1, tzinfo=UTC)


@only_postgresql
def test_fractions_without_a_scale_are_refused(connection):
    with pytest.raises(RetierError, match="column half of a query holds numerics of no fixed scale; cast it"):
        read(connection, "select cast(1 as numeric) / 2 as half")


def test_what_a_transaction_wrote_is_read_in_it(engine):
    with transaction(engine) as connection:
        load(connection, "runs", rows(PUBLISHED["runs"], [{"run_id": "mine"}]))
        assert read(connection, "select run_id from runs")["run_id"].to_list() == ["mine"]
        with transaction(engine) if connection.dialect.name == "postgresql" else engine.connect() as other:
            assert read(other, "select run_id from runs").is_empty()


@only_postgresql
@pytest.mark.parametrize("column", ["text", "texts"])
def test_a_nul_character_is_reported_with_its_column(connection, column):
    value = ["a\0b"] if column == "texts" else "a\0b"
    frame = pl.DataFrame([{column: value}, {column: None}], schema={column: SCHEMA[column]})
    with (
        pytest.raises(RetierError, match=f"1 texts in column {column} hold a NUL character, which PostgreSQL"),
        dialects.given(connection, "given_frame", frame),
    ):
        pytest.fail("it cannot be stored")


@given(TEXTS)
@MANY
def test_a_literal_is_the_text(connection, text):
    # What an example before this one did must not be this one's fault.
    connection.rollback()
    execute(connection, f"create temp table said as select {literal(text)} as text")
    assert read(connection, "select text from said")["text"].item() == text
    assert read(connection, f"select {literal(text)} as text")["text"].item() == text
    execute(connection, "drop table said")


@given(TEXTS)
@MANY
def test_a_parameter_is_the_value(connection, text):
    found = read(connection, "select :text as text, :text = cast(:other as varchar) as is_same", text=text, other=text)
    assert found.rows() == [(text, True)]


def test_parameters_may_be_of_any_kind(connection):
    day, at = date(2025, 1, 1), datetime(2025, 1, 1, 12, tzinfo=UTC)
    found = read(
        connection,
        "select cast(:day as date) as day, cast(:at as timestamp with time zone) as at, :large as large, :number as n",
        day=day,
        at=at,
        large=2**40,
        number=0.1,
    )
    assert found.rows() == [(day, at, 2**40, 0.1)]


@pytest.mark.parametrize(
    ("document", "kind", "expected"),
    [
        pytest.param('{"v": [0.1, null, 5e-324]}', "double precision[]", [0.1, None, 5e-324], id="numbers"),
        pytest.param('{"v": ["a", null, "", "q\\"{},"]}', "varchar[]", ["a", None, "", 'q"{},'], id="texts"),
        pytest.param('{"v": []}', "varchar[]", [], id="empty"),
        pytest.param('{"v": null}', "varchar[]", None, id="null"),
        pytest.param("{}", "varchar[]", None, id="missing"),
        pytest.param('{"v": 0.30000000000000004}', "double precision", 0.1 + 0.2, id="number"),
        pytest.param('{"v": true}', "boolean", True, id="truth"),
        pytest.param('{"v": "2025-01-31"}', "date", date(2025, 1, 31), id="day"),
        pytest.param('{"v": "say \\"hi\\""}', "varchar", 'say "hi"', id="text"),
        pytest.param('{"v": null}', "bigint", None, id="no-number"),
    ],
)
def test_json_unfolds_to_what_it_says(connection, document, kind, expected):
    value = dialect_of(connection).from_json("document", "v", kind, is_list=kind.endswith("[]"))
    found = read(
        connection, f"select {value} as v from (select cast(:text as json) as document) as given", text=document
    )
    assert found["v"].to_list() == [expected]


@pytest.mark.parametrize("number", [123_456_789_012.3456, 99_999_999_999_999.99, 0.00005, 1e-300, -2.5])
def test_a_sum_is_that_of_decimals_of_four_places(connection, number):
    query = f"select {exact_sum(connection, 'n')} as total from (select cast(:n as double precision) as n) as given"
    assert read(connection, query, n=number)["total"].item() == pytest.approx(round(number, 4), abs=1e-4, rel=0)
