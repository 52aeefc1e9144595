"""The habits that CONTRIBUTING asks for and ruff cannot check: lengths, names of booleans, subjects of commits."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import ROOT
from transforms.contracts import PUBLISHED, SOURCES

PACKAGES = ("transforms", "expectations", "sql", "flows")
FOLDERS = (*PACKAGES, "tests")
FILE_LINES = 400
FUNCTION_LINES = 40
COLUMN_PREFIXES = ("is_", "has_")
# Names in the code may ask for several things, for permission and for ability as well.
NAME_PREFIXES = (*COLUMN_PREFIXES, "are_", "can_", "may_")
# A key of `retier check --json`, which scripts read.
KEPT_NAMES = {"from_contracts_alone"}
FORMAT_OF_A_FRACTION = re.compile(r"[<>^]?\+?z?\d*,?\.?\d*[efg%]")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources_of(folder: str) -> Iterator[tuple[str, str]]:
    """Yield each file's name and text."""
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files, f"{folder} has no source: is it still called that?"
    for file in files:
        yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def long_functions(source: str) -> list[str]:
    """List functions whose body has 40 lines or more; the docstring does not count."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and (lines := node.end_lineno - body[0].lineno + 1) >= FUNCTION_LINES:
                found.append(f"{node.name} has {lines} lines")
    return found


def is_boolean(annotation: ast.expr | None) -> bool:
    """Return whether an annotation is a bool, or a bool that may be missing."""
    return annotation is not None and ast.unparse(annotation) in {"bool", "bool | None"}


def misnamed_booleans(source: str) -> list[str]:
    """List functions that return a bool and attributes that hold one whose names are no questions.

    A method that overrides one of a library keeps that library's name, as dunder methods do.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and is_boolean(node.returns):
            is_library_name = any(ast.unparse(decorator) == "override" for decorator in node.decorator_list)
            if not is_library_name and not node.name.startswith("__"):
                found.append(node.name)
        if isinstance(node, ast.ClassDef):
            fields = [statement for statement in node.body if isinstance(statement, ast.AnnAssign)]
            found += [ast.unparse(field.target) for field in fields if is_boolean(field.annotation)]
    return [name for name in found if not name.lstrip("_").startswith(NAME_PREFIXES) and name not in KEPT_NAMES]


def numbers_that_may_be_minus_zero(source: str) -> list[str]:
    """List the formats of fractions, in f-strings, that write -0.04 as -0.0."""
    specs = (
        "".join(part.value for part in node.format_spec.values if isinstance(part, ast.Constant))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr)
    )
    return [spec for spec in specs if FORMAT_OF_A_FRACTION.fullmatch(spec) and "z" not in spec]


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_have_at_most_400_lines(folder):
    assert [name for name, text in sources_of(folder) if text.count("\n") > FILE_LINES] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_functions_have_fewer_than_40_lines(folder):
    assert [f"{name}: {found}" for name, text in sources_of(folder) for found in long_functions(text)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_booleans_are_named_as_questions(package):
    assert [f"{name}: {found}" for name, text in sources_of(package) for found in misnamed_booleans(text)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_number_is_written_as_minus_zero(package):
    """Write the format with a z, which turns -0 into 0: ``{points:+z.1f}``."""
    found = [f"{name}: {found}" for name, text in sources_of(package) for found in numbers_that_may_be_minus_zero(text)]
    assert found == []


@pytest.mark.parametrize("table", [*SOURCES.values(), *PUBLISHED.values()], ids=lambda table: table.name)
def test_boolean_columns_begin_with_is_or_has(table):
    booleans = [name for name, dtype in table.schema.items() if dtype == pl.Boolean]
    assert [name for name in booleans if not name.startswith(COLUMN_PREFIXES)] == []


def test_a_function_of_40_lines_is_found_and_one_of_39_is_not():
    docstring = '    """One.\n\n    Two.\n    """\n'
    functions = [f"def f{count}():\n{docstring}" + "    a = 1\n" * count for count in (39, 40)]
    assert long_functions("".join(functions)) == ["f40 has 40 lines"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("def fits(a) -> bool: ...", ["fits"], id="function"),
        pytest.param("def _fits(a) -> bool | None: ...", ["_fits"], id="private_function"),
        pytest.param("class A:\n    ready: bool = True", ["ready"], id="attribute"),
        pytest.param("def is_fit(a) -> bool: ...\nclass A:\n    has_room: bool", [], id="questions"),
        pytest.param("class A:\n    @override\n    def visible(self) -> bool: ...", [], id="name_of_a_library"),
        pytest.param("def fits(a) -> int: ...", [], id="no_boolean"),
    ],
)
def test_booleans_that_are_no_questions_are_found(source, expected):
    assert misnamed_booleans(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('f"{points:.1f}"', [".1f"], id="points"),
        pytest.param('f"{points:+.1f} {share:.0%} {number:,g}"', ["+.1f", ".0%", ",g"], id="sign-and-share"),
        pytest.param('f"{share:>6.1%} {number:.{decimals}f}"', [">6.1%", ".f"], id="aligned-and-nested"),
        pytest.param('f"{points:+z.1f} {share:z.0%} {count:,} {day:%Y-%m} {name:<9}"', [], id="all-well"),
    ],
)
def test_numbers_that_may_be_minus_zero_are_found(source, expected):
    assert numbers_that_may_be_minus_zero(source) == expected


def subject_hook(tmp_path: Path, message: str) -> subprocess.CompletedProcess[str]:
    """Run the hook on a message as git does."""
    file = tmp_path / "COMMIT_EDITMSG"
    file.write_text(message, encoding="utf-8")
    command = [sys.executable, ROOT / ".ci" / "commit_subject.py", file]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    "message",
    ["Quarantine invoices without a date", "Pass dates in\n\nAdded late.", "Merge branch 'a' of b", "Embed the font"],
)
def test_the_hook_accepts(tmp_path, message):
    assert subject_hook(tmp_path, message).returncode == 0


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(f"Add {'a' * 69}", "73 characters", id="long"),
        pytest.param("quarantine invoices", "capitalised verb", id="lower_case"),
        pytest.param("wip", "capitalised verb", id="one_word"),
        pytest.param("", "capitalised verb", id="empty"),
        pytest.param("Added a check", "imperative", id="past"),
        pytest.param("Adds a check", "imperative", id="third_person"),
        pytest.param("Adding a check", "imperative", id="participle"),
        pytest.param("Add a check.", "full stop", id="full_stop"),
    ],
)
def test_the_hook_refuses(tmp_path, message, expected):
    result = subject_hook(tmp_path, message)
    assert result.returncode == 1
    assert expected in result.stderr


def test_the_hook_is_installed_for_messages():
    config = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "default_install_hook_types: [pre-commit, commit-msg]" in config
    assert "entry: .venv/bin/python .ci/commit_subject.py" in config
