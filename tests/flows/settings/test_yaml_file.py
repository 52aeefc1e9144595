"""YAML files: lines, duplicates, the environment, values that could be meant otherwise, and files that are too much."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows.settings.yaml_file import FileError, YamlFile, read_yaml
from transforms.errors import WrongUseError


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str | bytes) -> Path:
        path = tmp_path / "some.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return written


def read(path: Path, **environ: str) -> YamlFile:
    return read_yaml(path, environ)


def test_each_key_and_item_knows_its_line(write):
    file = read(write("a: 1\nb:\n  c: [x, y]\n  d:\n    - {e: 1}\n"))

    assert file.content == {"a": 1, "b": {"c": ["x", "y"], "d": [{"e": 1}]}}
    assert [file.line_of(place) for place in [("a",), ("b",), ("b", "c", 1), ("b", "d", 0, "e")]] == [1, 2, 3, 5]


def test_a_place_that_is_not_there_has_the_line_of_what_holds_it(write):
    file = read(write("a: 1\nb:\n  c: 2\n"))

    assert file.line_of(("b", "missing", "deeper")) == 2
    assert file.line_of(("nowhere",)) is None


def test_merged_keys_keep_the_line_of_their_own(write):
    file = read(write("base: &base\n  a: 1\n  b: 2\nmore:\n  <<: *base\n  b: 3\n"))

    assert file.content["more"] == {"a": 1, "b": 3}
    assert file.line_of(("more", "b")) == 6
    assert file.line_of(("more", "a")) == 2


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        pytest.param("a: ${X}", {"X": "text"}, "text", id="alone"),
        pytest.param("a: one ${X} ${X}", {"X": "two"}, "one two two", id="within a text"),
        pytest.param("a: ${X}/${Y_2}", {"X": "1", "Y_2": "b"}, "1/b", id="several"),
        pytest.param("a: ${X}", {"X": "12"}, 12, id="a number where it stands alone without quotes"),
        pytest.param('a: "${X}"', {"X": "12"}, "12", id="text in quotes"),
        pytest.param("a: ${X}", {"X": "no"}, "no", id="never a truth value"),
        pytest.param("a: ${X}", {"X": "030"}, "030", id="never a number to base 8"),
        pytest.param("a: ${X}", {"X": "1:30"}, "1:30", id="never a number to base 60"),
        pytest.param("a: ${X}", {"X": "9" * 5000}, "9" * 5000, id="text where a number has too many digits"),
        pytest.param("a: ${X}", {"X": "{b: [1"}, "{b: [1", id="never structure"),
        pytest.param("a: ${X}", {"X": ""}, "", id="set to nothing"),
        pytest.param("a: ${X}", {"X": "${Y}"}, "${Y}", id="looked up once"),
        pytest.param("a: $${X}", {}, "${X}", id="escaped"),
        pytest.param("a: $X and $(X)", {}, "$X and $(X)", id="other dollars"),
        pytest.param("b: &b ${X}\na: *b", {"X": "v"}, "v", id="through an alias"),
    ],
)
def test_environment_is_put_in(write, text, environ, expected):
    assert read(write(text), **environ).content["a"] == expected


def test_what_came_from_the_environment_is_never_represented(write):
    file = read(write("a: {b: 'x ${SECRET}', c: ['${SECRET}']}"), SECRET="hunter2")

    assert "hunter2" not in repr(file)
    assert file.as_written(("a",), file.content["a"]) == {"b": "x ${SECRET}", "c": ["${SECRET}"]}
    assert file.as_written(("elsewhere",), "hunter2") == "${SECRET}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1\nb: 2\na: 3", "a (line 3): got 'a', the key occurs twice (first in line 1)", id="key twice"),
        pytest.param("x:\n  - b: 1\n    b: 1", "x.0.b (line 3)", id="key twice, deep down"),
        pytest.param(
            "a:\n  b: ${NOPE}", "a.b (line 2): got '${NOPE}', the environment variable NOPE is not set", id="not set"
        ),
        pytest.param("a: ${}", "got '${}', expected the name of an environment variable", id="no name"),
        pytest.param("a: ${A B}", "expected the name of an environment variable", id="bad name"),
        pytest.param("a: &x [*x]", "expected a value that does not contain itself", id="circle"),
        pytest.param("a: ${A}\nb: ${B}", "2 errors", id="all at once"),
    ],
)
def test_errors_are_named_with_place_and_line(write, text, expected):
    with pytest.raises(FileError) as caught:
        read(write(text))

    assert expected in str(caught.value)
    assert "some.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: [1\nb: 2", "is not YAML in line 2, column 2", id="bracket"),
        pytest.param("a: 'x", "is not YAML in line 1", id="quote"),
        pytest.param(
            "a:\n\t- x",
            "line 2, column 1: while scanning for the next token found character '\\t' that cannot "
            "start any token; indent with spaces instead of tabs",
            id="tab",
        ),
        pytest.param("{a: ${X}}", "write ${NAME} in quotes", id="variable within braces"),
        pytest.param("a: 1\n---\nb: 2", "expected a single document", id="two documents"),
        pytest.param("a: !!python/object:os.system x", "tag:yaml.org,2002:python/object:os.system", id="object"),
        pytest.param("? [a]\n: 1", "got a list or a mapping, which is not a key", id="list as key"),
        pytest.param(
            "a: !!int 030", "line 1: the tag tag:yaml.org,2002:int says how to read a value", id="number by tag"
        ),
        pytest.param("b: 1\na: !!binary aGk=", "line 2: the tag", id="bytes by tag"),
        pytest.param("a: !local x", "the tag !local says how to read a value", id="unknown tag"),
        pytest.param("a: *nobody", "line 1: nothing above is called &nobody", id="alias of nothing"),
        pytest.param("a: 1\n...\nb: 2", "is not YAML in line 3", id="text behind the end"),
        pytest.param(b"a: 1\nb: \xff", "is not written in UTF-8 (byte 8)", id="not UTF-8"),
        pytest.param("a: 1\nb: \x07", "in line 2", id="control character"),
        pytest.param("a: 1\nb: x\x00y", "contains the character number 0 in line 2", id="NUL"),
    ],
)
def test_what_is_no_yaml_is_one_sentence(write, text, expected):
    with pytest.raises(WrongUseError) as caught:
        read(write(text), X="1")

    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_character(write):
    assert read(write("\ufeffa: 1")).content == {"a": 1}


def test_an_empty_file_has_no_content(write):
    assert read(write("# nothing\n")).content is None


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(WrongUseError, match="cannot be read"):
        read_yaml(tmp_path, {})


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("12", 12, id="whole number"),
        pytest.param("-3", -3, id="negative number"),
        pytest.param("0", 0, id="zero"),
        pytest.param("0.5", 0.5, id="fraction"),
        pytest.param(".5", 0.5, id="fraction that begins with its point"),
        pytest.param("1.5e-3", 0.0015, id="exponent with its sign"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="false in capitals"),
        pytest.param("null", None, id="null"),
        pytest.param("~", None, id="tilde"),
        pytest.param("", None, id="nothing"),
        pytest.param("yes", "yes", id="yes is a word"),
        pytest.param("No", "No", id="no is a word"),
        pytest.param("on", "on", id="on is a word"),
        pytest.param("OFF", "OFF", id="off is a word"),
        pytest.param("2000-01-15", "2000-01-15", id="a day is a text"),
        pytest.param("2025-02-30", "2025-02-30", id="a day that does not exist is a text"),
        pytest.param("2025-01-15T10:00:00Z", "2025-01-15T10:00:00Z", id="an instant is a text"),
        pytest.param("2026-10", "2026-10", id="a month is a text"),
        pytest.param("1e3", "1e3", id="an exponent without sign is a text, as YAML 1.1 has it"),
        pytest.param("=", "=", id="equals sign"),
        pytest.param("'030'", "030", id="in quotes"),
        pytest.param("!!str 030", "030", id="text by its tag"),
        pytest.param("7.0.1", "7.0.1", id="version"),
    ],
)
def test_a_value_is_what_it_says(write, written, value):
    found = read(write(f"a: {written}\n")).content["a"]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("030", "got 030, which some read to base 8: expected a number without a leading 0", id="base 8"),
        pytest.param("-017", "without a leading 0", id="negative to base 8"),
        pytest.param("08", "without a leading 0", id="leading zero"),
        pytest.param("0o17", "some read to base 8", id="base 8, written anew"),
        pytest.param("0x1F", "got 0x1F, which some read to base 16: expected a number to base 10", id="base 16"),
        pytest.param("0b11", "some read to base 2", id="base 2"),
        pytest.param("1_000", "without underscores", id="underscore"),
        pytest.param("1_000.5", "without underscores", id="underscore in a fraction"),
        pytest.param("1:30", "got 1:30, which some read to base 60: expected a number without colons", id="base 60"),
        pytest.param("12:30:45.5", "to base 60", id="base 60 with a fraction"),
        pytest.param(".inf", "got .inf, which is not finite", id="infinity"),
        pytest.param("-.Inf", "not finite", id="negative infinity"),
        pytest.param(".NaN", "not finite", id="not a number"),
        pytest.param("1.0e+999", "too large to count with", id="larger than a number can be"),
        pytest.param("1" * 5000, "which has 5,000 digits: expected at most 40", id="5,000 digits"),
    ],
)
def test_a_value_that_could_be_meant_otherwise_is_refused_with_its_line(write, written, expected):
    with pytest.raises(FileError) as caught:
        read(write(f"a: x\nb: {{c: {written}}}\n"))

    assert str(caught.value).startswith("1 error in ")
    assert "b.c (line 2): got" in str(caught.value)
    assert expected in str(caught.value)
    assert str(caught.value).endswith("or a text in quotes")


def test_keys_are_texts_as_they_are_written(write):
    text = "{030: a, yes: b, 1.50: c, 2025-01-15: d, 'null': e, true: f}"

    assert list(read(write(text)).content) == ["030", "yes", "1.50", "2025-01-15", "null", "true"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: {null: 1}", "a.? (line 1): got null, which is not a key", id="null as a key"),
        pytest.param("x: 1\n? \n: 1", "? (line 2): got nothing, which is not a key", id="nothing as a key"),
        pytest.param("1: a\n'1': b", "1 (line 2): got '1', the key occurs twice (first in line 1)", id="key in quotes"),
        pytest.param(
            "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a", "b.<< (line 4): got '<<', the key occurs twice", id="merged twice"
        ),
        pytest.param("a: &a [1]\nb: {<<: *a}", "b.<< (line 2): got something else", id="merged list"),
        pytest.param("a: &a\n  <<: *a\n  b: 1", "a value that does not contain itself", id="merged into itself"),
        pytest.param("a: &a {b: 1, b: 2}\nc: *a", "1 error in", id="once, though an alias repeats it"),
    ],
)
def test_keys_that_could_be_meant_otherwise_are_refused(write, text, expected):
    with pytest.raises(FileError) as caught:
        read(write(text))

    assert expected in str(caught.value)


def test_of_several_merged_mappings_the_first_counts_and_a_key_of_its_own_most(write):
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, y: 2, z: 2}\nc: {<<: [*a, *b], y: 3, '<<': text}\n"

    assert read(write(text)).content["c"] == {"x": 1, "y": 3, "z": 2, "<<": "text"}


def bomb(first: str, more: str) -> str:
    """Ten lines, each of which repeats the line before nine times."""
    lines = [f"a{number}: &a{number} {more.format(','.join([f'*a{number - 1}'] * 9))}" for number in range(1, 10)]
    return "\n".join([f"a0: &a0 {first}", *lines])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(bomb("[x]", "[{}]"), "aliases repeat more than 50,000 values", id="ten lines of aliases"),
        pytest.param(bomb("{x: 1}", "{{<<: [{}]}}"), "aliases repeat more than 50,000 values", id="merged aliases"),
        pytest.param(
            "a0: &a0 [x]\n" + "".join(f"a{number}: &a{number} [*a{number - 1}]\n" for number in range(1, 3000)),
            "aliases nest values more than 40 deep",
            id="chain of aliases",
        ),
        pytest.param("a: 1\nb: " + "[" * 3000, "see line 2: values are nested more than 40 deep", id="brackets"),
        pytest.param("{a: " * 3000, "nested more than 40 deep", id="braces"),
        # The parser in C ended the process here.
        pytest.param("- " * 200_000 + "x", "nested more than 40 deep", id="dashes"),
        pytest.param("? " * 9000, "nested more than 40 deep", id="question marks"),
        pytest.param(
            "".join(f"k{number}: {number}\n" for number in range(60_000)), "more than 50,000 values", id="many"
        ),
        pytest.param("a: " + "x" * (1 << 20), "has 1,048,579 bytes, where 1,048,576 are more than any", id="long"),
        pytest.param("a: 1\n" * 20_000, "19,999 errors in", id="one key again and again"),
        pytest.param("a: 'x\n" * 100_000, "is not YAML", id="long and broken"),
    ],
)
def test_a_file_that_is_too_much_is_one_short_sentence_at_once(write, text, expected):
    path = write(text)
    begun = time.process_time()
    with pytest.raises(WrongUseError) as caught:
        read(path)

    assert time.process_time() - begun < 2
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 4000


def test_a_large_file_is_not_even_opened(tmp_path):
    path = tmp_path / "large.yaml"
    path.touch()
    os.truncate(path, 100 << 20)

    with pytest.raises(WrongUseError, match="has 104,857,600 bytes"):
        read_yaml(path, {})


def test_a_pipe_is_no_file(tmp_path):
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)

    with pytest.raises(WrongUseError, match=r"is a pipe or a device\): expected a plain file"):
        read_yaml(path, {})


def test_names_in_messages_are_short_and_steer_no_terminal(write):
    with pytest.raises(FileError) as caught:
        read(write('"\\e[0m": 030\n? ' + "k" * 5000 + "\n: 030\n"))

    assert "'\\x1b[0m' (line 1)" in str(caught.value)
    assert "kkk... (line 2)" in str(caught.value)
    assert len(str(caught.value)) < 500
