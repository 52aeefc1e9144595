"""What retier.yaml may say of a source, and what it may not."""

import pytest
from pydantic import ValidationError

from sql.sources.source import open_sources
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES
from transforms.errors import WrongUseError


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param({}, "write exactly one of path, sql and vendor", id="no origin"),
        pytest.param(
            {"path": "a.csv", "sql": "select 1"}, "write exactly one of path, sql and vendor", id="two origins"
        ),
        pytest.param({"vendor": "stripe", "sql": "select 1"}, "write exactly one of path", id="vendor and sql"),
        pytest.param({"vendor": ["hubspot", "hubspot"]}, "a vendor twice", id="vendor twice"),
        pytest.param({"vendor": "stripe", "timezone": "Europe/Berlin"}, "times of kits are in UTC", id="zone of a kit"),
        pytest.param({"vendor": "stripe", "database": "sqlite://"}, "not with vendor", id="database of a kit"),
        pytest.param({"path": []}, "at least 1 item", id="no path"),
        pytest.param({"path": "a.csv", "pth": "b"}, "not permitted", id="unknown key"),
        pytest.param({"path": "a.csv", "database": "sqlite://"}, "database goes with sql", id="database of a file"),
        pytest.param({"sql": "select 1", "delimiter": ";"}, "goes with path", id="delimiter of a query"),
        pytest.param({"path": "a.csv", "delimiter": ";;"}, "one character", id="long delimiter"),
        pytest.param({"path": "a.csv", "timezone": "Mars/Olympus"}, "not a time zone", id="unknown zone"),
        pytest.param({"path": "a.csv", "decimal": "'"}, "'.' or ','", id="decimal mark"),
        pytest.param({"path": "a.csv", "format": "xlsx"}, "'csv', 'jsonl' or 'parquet'", id="format"),
        pytest.param({"path": "a.csv", "cast": {"mrr": {"multiply": 0}}}, "other than 0", id="times 0"),
        pytest.param({"path": "a.csv", "cast": {"date": {"format": "%d.%m."}}}, "whole date", id="date without year"),
        pytest.param({"path": "a.csv", "cast": {"date": {"format": "%Q"}}}, "whole date", id="unknown directive"),
        pytest.param({"path": "a.csv", "values": {"status": {True: "open"}}}, "in quotes", id="bare yes or on"),
        pytest.param({"path": "a.csv", "constants": {"status": ["a"]}}, "single value", id="list as constant"),
        pytest.param(
            {"path": "a.csv", "rename": {"plan": "x"}, "constants": {"plan": "y"}},
            "both renamed and constant",
            id="both",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(written, reason):
    with pytest.raises(ValidationError, match=reason):
        SourceSpec(**written)


@pytest.mark.parametrize(
    "name",
    [
        "klingon", "utf\x008", "rot13", "base64", "hex", "zip", "uu", "quopri", "punycode", "idna", "undefined", "mbcs",
        "oem", "unicode_escape", "Unicode-Escape", "raw_unicode_escape", "charmap", "utf-7", "U7",
    ],
)  # fmt: skip
def test_what_is_no_encoding_of_files_is_refused_with_examples_of_those_that_are(name):
    with pytest.raises(
        ValidationError, match="not the encoding of a text file: write one such as utf-8, utf-16, cp1252"
    ):
        SourceSpec(path="a.csv", encoding=name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTF8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("windows-1252", "cp1252"),
        ("latin1", "iso8859-1"), ("macroman", "mac-roman"), ("sjis", "shift_jis"), ("gb18030", "gb18030"),
        ("cp500", "cp500"),
    ],
)  # fmt: skip
def test_encodings_of_files_go_by_any_of_their_names(name, expected):
    assert SourceSpec(path="a.csv", encoding=name).encoding == expected


def test_refusal_does_not_repeat_a_password():
    with pytest.raises(ValidationError) as refused:
        SourceSpec(sql="select 1", database="postgresql://me:secret@host/db", databse="x")
    assert "secret" not in str(refused.value)
    assert "secret" not in repr(SourceSpec(sql="select 1", database="postgresql://me:secret@host/db"))


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"rename": {"evnts": "n"}}, "rename names 'evnts', which usage does not have"),
        ({"constants": {"mrr": 1}}, "constants names 'mrr'"),
        ({"cast": {"account": {}}}, "cast names 'account'"),
        ({"values": {"status": {"a": "b"}}}, "values names 'status'"),
        ({"cast": {"events": {"format": "%Y%m%d"}}}, "cast sets a date format for events"),
        ({"cast": {"date": {"multiply": 2}}}, "cast multiplies date"),
    ],
)
def test_columns_that_the_contract_does_not_have_are_refused(written, problem):
    [found] = SourceSpec(path="a.csv", **written).problems(SOURCES["usage"])
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        pytest.param(["accounts", "usage"], "lacks 'subscriptions'", id="required source is missing"),
        pytest.param(["accounts", "usage", "subscriptions", "users"], "no source 'users'", id="unknown source"),
    ],
)
def test_sources_are_those_of_the_contract(names, reason, tmp_path):
    with pytest.raises(WrongUseError, match=reason):
        open_sources({name: SourceSpec(path="a.csv") for name in names}, tmp_path, tmp_path / "staged")


def test_what_a_specification_names_wrongly_is_reported_with_its_source(tmp_path):
    specs = {name: SourceSpec(path="a.csv", rename={"nme": "n"}) for name in ("accounts", "usage", "subscriptions")}
    with pytest.raises(WrongUseError, match=r"sources\.accounts: rename names 'nme'.*; sources\.usage: "):
        open_sources(specs, tmp_path, tmp_path / "staged")


def test_definition_tells_apart_what_reads_rows_differently():
    one = SourceSpec(path="a.csv", rename={"plan": "p", "name": "n"})
    assert one.definition() == SourceSpec(path="b.csv", rename={"name": "n", "plan": "p"}).definition()
    assert one.definition() != SourceSpec(path="a.csv", rename={"plan": "q", "name": "n"}).definition()
