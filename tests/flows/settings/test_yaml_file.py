"""YAML files: lines, duplicates, the environment."""

from __future__ import annotations

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
        pytest.param("a:\n\t- x", "line 2", id="tab"),
        pytest.param("{a: ${X}}", "write ${NAME} in quotes", id="variable within braces"),
        pytest.param("a: 1\n---\nb: 2", "expected a single document", id="two documents"),
        pytest.param("a: !!python/object:os.system x", "tag:yaml.org,2002:python/object:os.system", id="object"),
        pytest.param("? [a]\n: 1", "unhashable", id="list as key"),
        pytest.param(b"a: 1\nb: \xff", "is not written in UTF-8 (byte 8)", id="not UTF-8"),
        pytest.param("a: 1\nb: \x07", "in line 2", id="control character"),
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
