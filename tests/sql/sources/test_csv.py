"""CSV files of every kind are read right, or refused with the line and the reason."""

import csv
import gzip
import io
import json
from unittest.mock import patch

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sql.sources import quotes
from sql.sources.delimited import layout_of
from sql.sources.quotes import has_stray_quotes
from sql.sources.raw import ROW
from sql.sources.spec import SourceSpec
from sql.sources.strict_readers import strict_csv
from sql.sources.surplus import may_have_surplus_cells
from sql.sources.text import csv_rows
from tests.sql.sources.conftest import SHARED
from transforms.errors import RetierError

# Free text columns of accounts, onto which any column of a test's file is mapped.
FREE = ("industry", "region", "country", "plan", "declared_objective")


def read(rows, content, *names, **spec):
    """Read columns of a file as text."""
    rename = dict(zip(FREE, names, strict=False))
    return rows("accounts", content, rename=rename, **spec).select(FREE[: len(names)]).rows()


@pytest.mark.parametrize("name", sorted(path.stem for path in (SHARED / "csv-spectrum/csvs").glob("*.csv")))
def test_csv_spectrum(name, rows):
    content = (SHARED / f"csv-spectrum/csvs/{name}.csv").read_bytes()
    text = (SHARED / f"csv-spectrum/json/{name}.json").read_text()
    # Copies of the collection often lose the carriage returns of the files that are called after them.
    expected = json.loads(text if b"\r" in content else text.replace("\\r\\n", "\\n"))
    names = list(expected[0])
    found = read(rows, content, *names)
    assert found == [tuple(row[column] or None for column in names) for row in expected]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbfa,b\n1,2\n3,\n", id="byte order mark"),
        pytest.param(b'\xef\xbb\xbf"a","b"\n1,2\n3,\n', id="byte order mark before a quote"),
        pytest.param(b"a,b\r\n1,2\r\n3,\r\n", id="Windows line ends"),
        pytest.param(b"a,b\r1,2\r3,\r", id="old Mac line ends"),
        pytest.param(b"a,b\r\n1,2\n3,\r\n", id="mixed line ends"),
        pytest.param(b"a,b\n1,2\r\n3,\n", id="line ends that change later"),
        pytest.param(b"a,b\n1,2\r3,\n", id="one old Mac line end"),
        pytest.param(b"a,b\n1,2\n3,", id="no line end at the end"),
        pytest.param(b"\n\na,b\n1,2\n\n3,\n\n\n", id="blank lines"),
        pytest.param(b'a,b\n"1","2"\n"3",""\n', id="everything quoted"),
        pytest.param(b" a , b \n1,2\n3,\n", id="blanks around names"),
        pytest.param(b"a;b\n1;2\n3;\n", id="semicolon"),
        pytest.param(b"a\tb\n1\t2\n3\t\n", id="tab"),
        pytest.param(b"a|b\n1|2\n3|\n", id="pipe"),
        pytest.param(b"x,y;a;b\n,;1;2\n,,;3;\n", id="delimiter is that under which the names are found"),
        pytest.param(gzip.compress(b"a,b\n1,2\n3,\n"), id="gzip"),
        pytest.param(gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,\n"), id="gzip in two members"),
        pytest.param("a,b\n1,2\n3,\n".encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param("\ufeffa,b\r\n1,2\r\n3,\r\n".encode("utf-16-be"), id="big-endian UTF-16 with a mark"),
    ],
)
def test_the_same_rows_however_they_are_written(content, rows):
    assert read(rows, content, "a", "b") == [("1", "2"), ("3", None)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param('a,b\n1,5" pipe\n', [("1", '5" pipe')], id="quote in the middle of a bare cell"),
        pytest.param('a,b\n5",7"\n', [('5"', '7"')], id="quotes at the end of bare cells"),
        pytest.param('a,b\n1,x "y\n2,z" w\n', [("1", 'x "y'), ("2", 'z" w')], id="quotes in two bare cells"),
        pytest.param('a,b\n1, "x"\n', [("1", ' "x"')], id="blank before a quote is part of the cell"),
        pytest.param('a,b\n1,"x\r\ny"\n', [("1", "x\r\ny")], id="line end in a cell"),
        pytest.param('a,b\n1,"x\ry"\n', [("1", "x\ry")], id="old Mac line end in a cell"),
        pytest.param('a,b\n 1 ,"2 "\n', [(" 1 ", "2 ")], id="blanks around free text stay"),
        pytest.param("a,b\n1,x\x00y\n", [("1", "x\x00y")], id="NUL"),
        pytest.param("a,b\n1,#x\n", [("1", "#x")], id="no comments"),
        pytest.param("a,b,\n1,2,\n", [("1", "2")], id="delimiter at the end of every line"),
    ],
)
def test_what_stands_in_cells_is_kept(content, expected, rows):
    assert read(rows, content, "a", "b") == expected


def test_quotes_may_mean_nothing_or_be_other_ones(rows):
    assert read(rows, 'a,b\n"1,2"\n', "a", "b", quote="") == [('"1', '2"')]
    assert read(rows, "a,b\n'1,1',2\n", "a", "b", quote="'") == [("1,1", "2")]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac-roman", "utf-16-le", "shift_jis"])
def test_named_encodings(encoding, rows):
    word = "日本" if encoding == "shift_jis" else "Größe"
    assert read(rows, f"a,b\n1,{word}\n".encode(encoding), "a", "b", encoding=encoding) == [("1", word)]


def test_orders_with_old_mac_line_ends_and_encoding(rows):
    path = SHARED / "rfm-joaolcorreia/sample-orders.csv"
    if not path.exists():
        pytest.skip("the shared data is absent")
    rename = {"account_id": "customer", "invoice_id": "order_id", "issued_date": "order_date", "amount": "grand_total"}
    orders = rows(
        "invoices", path.read_bytes(), rename=rename, encoding="mac-roman", cast={"issued_date": {"format": "%m/%d/%y"}}
    )
    assert (orders.height, orders["account_id"].n_unique()) == (5009, 793)
    assert "Neil Französisch" in orders["account_id"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("a,b\n1,2\n3\n", "line 3 has 1 cells, expected 2", id="too few cells"),
        pytest.param("a,b\n1,2\n3,4,5\n", "line 3 has 3 cells, expected 2", id="too many cells"),
        pytest.param("a,b\n1,2\nx, y,\n3,4\n", "line 3 has 3 cells, expected 2", id="shifted by a bare comma"),
        pytest.param('a,b\n1,2\n"3","4",""', "line 3 has 3 cells, expected 2", id="shifted in the last line"),
        pytest.param('a,b\n1,2\n"3","4",""\r\n', "line 3 has 3 cells, expected 2", id="shifted, Windows line ends"),
        pytest.param('a,b\n1,"x\ny"\n3\n', "line 4 has 1 cells", id="lines are counted, not rows"),
        pytest.param('a,b\n1,"2\n3,4\n', "line 2 opens a quote that is never closed", id="open quote"),
        pytest.param('a,b\n1,2\n3,"x"y\n', "line 3 holds a quote in the middle", id="text after a quote"),
        pytest.param('a,b\n1,2\n3,"x" \n', "line 3 holds a quote in the middle", id="blank after a quote"),
        pytest.param('a,b\n1,2\n3, "x,y"\n', "line 3 has 3 cells, expected 2", id="blank before a quote"),
        pytest.param(b"a,b\n1,2\n3,\xff\n", r"byte 11, in line 3, is 0xff: set encoding", id="not UTF-8"),
        pytest.param(b"a,b\r1,2\r3,\xe4\r", r"byte 11, in line 3, is 0xe4", id="not UTF-8, old Mac line ends"),
        pytest.param("a,b\n1,2\n".encode("utf-16-le"), "not text in UTF-8: set encoding", id="UTF-16 without a mark"),
        pytest.param("a,a,b\n1,2,3\n", "names 'a' more than once", id="name twice"),
        pytest.param("a,c\n1,2\n", "has no column 'b' .it has 'a', 'c'.", id="renamed column is missing"),
        pytest.param(f"a,{'c' * 9999}\n1,2\n", "it has 'a', 'c{60}'", id="name without an end"),
        pytest.param("", "is empty, without even a header", id="empty file"),
        pytest.param("\n\n", "is empty, without even a header", id="blank file"),
        pytest.param(gzip.compress(b"a,b\n" + b"1,2\n" * 9999)[:-20], "not a whole gzip file", id="cut gzip"),
        pytest.param(
            gzip.compress(b"a,b\n1,2\n")[:-8] + b"\0" * 8, "not a whole gzip file", id="gzip with a wrong sum"
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content, reason, rows):
    with pytest.raises(RetierError, match=rf"accounts: .*data\.csv.*{reason}") as refused:
        read(rows, content, "a", "b")
    assert refused.value.exit_code == 1


def test_undecodable_byte_of_a_named_encoding_is_found(rows):
    with pytest.raises(RetierError, match=r"is not cp1252: byte 1,048,582, in line 2, is 0x81"):
        read(rows, b"a,b\n" + b"x" * (1 << 20) + b",\x81\n", "a", "b", encoding="cp1252")


def test_header_alone_is_no_rows_for_an_optional_source(events, project):
    (project / "tickets.csv").write_text("account_id,ticket_id,opened_at,priority\n")
    tickets = events("tickets", path="tickets.csv")
    assert tickets.months() == {}
    assert "tickets.priority" in tickets.configured


def test_header_alone_is_an_error_for_a_required_source(table, project):
    (project / "accounts.csv").write_text("account_id,name,created_date\n")
    with pytest.raises(RetierError, match=r"accounts has no rows in 'accounts\.csv'"):
        table("accounts", path="accounts.csv").usable()


def test_naughty_strings_stay_what_they_are(rows):
    path = SHARED / "blns/blns.json"
    if not path.exists():
        pytest.skip("the shared data is absent")
    names = [name for name in json.loads(path.read_text()) if name]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["n", "name"], *enumerate(names)])
    found = rows("accounts", text.getvalue(), rename={"industry": "n"}, given=["name"])
    assert found["name"].to_list() == names


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


_CELLS = st.text(st.sampled_from('ab ",;\n\r\té😀'), max_size=8)


@settings(max_examples=200)
@given(
    rows=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=1)
    ),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_both_readers_read_what_python_wrote(rows, line_end, delimiter, quoting, scratch):
    if any(sign in cell for row in rows for cell in row for sign in "\r\n"):
        quoting = (
            csv.QUOTE_ALL
        )  # Python leaves other line ends than the file's bare, so that nobody can tell them apart
    path = scratch / "written.csv"
    names = [f"c{number}" for number in range(len(rows[0]))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows([names, *rows])
    layout = layout_of(path, "written.csv", "usage", SourceSpec(path="x"), names)
    expected = [tuple(cell or None for cell in row) for row in rows]
    strict = [tuple(row) for batch in strict_csv(path, layout, names, "written.csv", "usage") for row in batch]
    assert strict == expected
    if layout.is_usual:
        fast = csv_rows(path, layout, names, "written.csv").scan().collect(engine="streaming")
        assert fast.drop(ROW).rows() == expected
        assert fast[ROW].to_list() == list(range(1, len(expected) + 1))


@settings(max_examples=300)
@given(content=st.text(st.sampled_from('ab ",\n'), max_size=30), chunk=st.integers(1, 9))
def test_where_no_quote_is_astray_both_readers_agree(content, chunk, scratch):
    """Whether they read the file or refuse it; the pieces in which quotes are looked for make no difference."""
    path = scratch / "astray.csv"
    path.write_text(f'a,"b"\n{content}', encoding="utf-8", newline="")
    layout = layout_of(path, "astray.csv", "usage", SourceSpec(path="x"), ["a", "b"])
    is_astray = has_stray_quotes(path, layout)
    with patch.object(quotes, "_CHUNK_BYTES", chunk):
        assert has_stray_quotes(path, layout) == is_astray
    if not is_astray and not may_have_surplus_cells(path, layout):
        assert outcome(lambda: csv_rows(path, layout, ["a", "b"], "x").scan().drop(ROW).collect().rows()) == outcome(
            lambda: [tuple(row) for batch in strict_csv(path, layout, ["a", "b"], "x", "usage") for row in batch]
        )


def outcome(read):
    """The rows, or None where they cannot be read."""
    try:
        return read()
    except (RetierError, duckdb.Error, pl.exceptions.PolarsError):
        return None


def test_a_row_stream_that_needs_no_column_still_has_all_rows(project):
    (project / "data.csv").write_text("a,b\n" + "1,2\n" * 1000)
    layout = layout_of(project / "data.csv", "data.csv", "usage", SourceSpec(path="x"), ["a"])
    rows = csv_rows(project / "data.csv", layout, ["a"], "data.csv").scan()
    assert rows.select(pl.len()).collect(engine="streaming").item() == 1000
