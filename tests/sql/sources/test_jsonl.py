"""Files of JSON lines."""

import gzip
import json

import pytest

from tests.sql.sources.conftest import SHARED
from transforms.errors import DataQualityError, RetierError

USAGE = '{"account_id": "A", "date": "2026-01-02", "feature": "f", "events": 3}\n'


def read(rows, content, *columns, **spec):
    given = ("account_id", "date", "feature", "events")
    return rows("usage", content, "data.jsonl", given=given, **spec).select(columns).rows()


def test_rows_of_objects(rows):
    content = (
        USAGE + '\n{"events": 4.0, "feature": "g", "date": "2026-01-03", "account_id": 17, "other": {"a": [1]}}\r\n'
    )
    expected = [("A", "f", 3), ("17", "g", 4)]
    assert read(rows, content, "account_id", "feature", "events") == expected
    assert read(rows, gzip.compress(content.encode()), "account_id", "feature", "events") == expected
    assert read(rows, b"\xef\xbb\xbf" + content.encode(), "account_id", "feature", "events") == expected
    assert read(rows, content.encode("utf-16"), "account_id", "feature", "events") == expected


def test_a_key_may_turn_up_late(events, project):
    late = USAGE.replace("}", ', "user_id": "U"}')
    (project / "usage.jsonl").write_text(USAGE * 5000 + late)
    (project / "other.jsonl").write_text(USAGE)
    assert "usage.user_id" in events("usage", path="usage.jsonl").configured
    assert "usage.user_id" not in events("usage", path="other.jsonl").configured


def test_a_renamed_key_is_configured_even_where_it_has_no_value(events, project):
    (project / "usage.jsonl").write_text(USAGE.replace("}", ', "uid": null}'))
    assert "usage.user_id" in events("usage", path="usage.jsonl", rename={"user_id": "uid"}).configured


def test_keys_that_differ_in_case_only_are_different(rows):
    content = USAGE.replace("}", ', "ID": "upper", "id": "lower", "Id": "title"}')
    assert read(rows, content, "user_id", "feature", rename={"user_id": "ID", "feature": "id"}) == [("upper", "lower")]


def test_ids_that_are_large_numbers_are_not_rounded(rows):
    content = USAGE.replace('"A"', "9007199254740993")
    assert read(rows, content, "account_id") == [("9007199254740993",)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param('{"account_id": "A"', "line 2 is not one JSON object", id="cut line"),
        pytest.param("[1, 2]", r"line 2 is not a JSON object but '\[1, 2\]'", id="list"),
        pytest.param(USAGE.strip() * 2, "line 2 is not one JSON object", id="two in a line"),
        pytest.param('{"a": 1, "a": 2}', "it holds a key twice", id="key twice"),
        pytest.param('{"account_id": "A\\ud83d"}', r"line 2 holds '\\ud83d', which is half a", id="half a character"),
        pytest.param(b'{"a": "\xe4"}', "byte 79, in line 2, is 0xe4", id="not UTF-8"),
    ],
)
def test_what_is_not_json_lines_is_refused(line, reason, rows):
    line = line.encode() if isinstance(line, str) else line
    with pytest.raises(RetierError, match=rf"usage: data\.jsonl .*{reason}"):
        read(rows, USAGE.encode() + line + b"\n" + USAGE.encode())


def test_a_required_key_that_no_row_has_is_a_missing_column(rows):
    with pytest.raises(RetierError, match="has no column 'events'") as refused:
        read(rows, '{"account_id": "A", "date": "2026-01-02", "feature": "f"}\n')
    assert not isinstance(refused.value, DataQualityError)


def test_a_required_key_that_one_row_lacks_is_a_fault(told):
    content = USAGE + '{"account_id": "A", "date": "2026-01-02", "feature": "f"}\n'
    sentence = told("usage", content, "data.jsonl", given=("account_id", "date", "feature", "events"))
    assert "1 in events (got nothing in data.jsonl row 2; " in sentence


def test_naughty_strings_stay_what_they_are(rows):
    path = SHARED / "blns/blns.json"
    if not path.exists():
        pytest.skip("the shared data is absent")
    names = [name for name in json.loads(path.read_text()) if name]
    content = "".join(json.dumps({"name": name}) + "\n" for name in names)
    assert rows("accounts", content, "data.jsonl", given=["name"])["name"].to_list() == names
