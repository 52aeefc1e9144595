"""The rule of the house: which package may import which, and who may know the outside world; no module in a circle.

Every reference in the source counts: imports at any depth, those for type checking included, and names that
are reached through an import, such as `datetime.now` after `from datetime import datetime`.
"""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent

PACKAGES_KNOWN_TO = {
    "transforms": {"transforms"},
    "expectations": {"expectations", "transforms"},
    "sql": {"sql", "transforms"},
    "flows": {"flows", "expectations", "sql", "transforms"},
}

# Waiting is not reading the clock: the stores, which wait for locks, keep `time.sleep` and `time.monotonic`.
CLOCK = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.strftime",
    "time.time",
    "time.time_ns",
)
ENVIRONMENT = ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv")
ONLY_FLOWS_KNOW = (*CLOCK, *ENVIRONMENT, "prefect", "rich", "typer")

# What the pure core may import is listed, rather than what it may not, so that a new way out is refused.
PURE_LIBRARIES = ("numpy", "polars", "pydantic", "scipy")
PURE_STANDARD_LIBRARY = (
    "__future__",
    "abc",
    "bisect",
    "calendar",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "graphlib",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "re",
    "statistics",
    "string",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "warnings",
    "zlib",
)
TRANSFORMS_MAY_IMPORT = (*PURE_LIBRARIES, *PURE_STANDARD_LIBRARY)
# What differs between databases is asked of `sql.dialects`, so that another one is a file there and nothing elsewhere.
DIALECTS = PurePosixPath("sql/dialects")
DATABASE_NAMES = {"duckdb", "postgres", "postgresql", "sqlite"}
IMPURE_BUILTINS = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
IMPURE_POLARS = ("polars.read_", "polars.scan_")
IMPURE_METHODS = ("sink_", "write_")


def imports_of(tree: ast.AST) -> Iterator[tuple[int, str, str, str]]:
    """Yield line, what is imported, the local name it gets and what that name stands for.

    Relative imports are left out: they cannot leave their own package.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (node.lineno, alias.name, alias.asname or top, alias.name if alias.asname else top)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full_name = f"{node.module}.{alias.name}"
                yield node.lineno, full_name, alias.asname or alias.name, full_name


def dotted_name(node: ast.AST, meanings: dict[str, str]) -> str | None:
    """Spell out `dt.datetime.now` as `datetime.datetime.now`; None where no import is behind it."""
    if isinstance(node, ast.Name):
        return meanings.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted_name(node.value, meanings)
        return f"{owner}.{node.attr}" if owner else None
    return None


def is_within(name: str, allowed: tuple[str, ...]) -> bool:
    """Return whether a dotted name is one of those given or lies below one."""
    return any(name == parent or name.startswith(f"{parent}.") for parent in allowed)


def import_offences(package: str, name: str) -> Iterator[str]:
    """Yield what is wrong with importing this name in this file."""
    top = name.partition(".")[0]
    if top in PACKAGES_KNOWN_TO:
        if top not in PACKAGES_KNOWN_TO[package]:
            yield f"{package} may not import {top}"
    elif package == "transforms" and not is_within(name, TRANSFORMS_MAY_IMPORT):
        yield f"transforms may not import {name}"


def impurities(tree: ast.AST, meanings: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield line and reason of what a pure package may not do, imports apart."""
    for node in ast.walk(tree):
        name = dotted_name(node, meanings) or ""
        if isinstance(node, ast.Name) and node.id in IMPURE_BUILTINS - set(meanings):
            yield node.lineno, f"transforms may not use {node.id}"
        elif name.startswith(IMPURE_POLARS):
            yield node.lineno, f"transforms may not use {name}"
        elif isinstance(node, ast.Attribute) and node.attr.startswith(IMPURE_METHODS):
            yield node.lineno, f"transforms may not use .{node.attr}"


def database_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and reason where a database's name stands by itself, as it must to be compared or looked up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.partition("+")[0]
            if name in DATABASE_NAMES:
                yield node.lineno, f"only {DIALECTS} may know {name}"


def offences(source: str, file_name: str) -> list[str]:
    """List what breaks the rule in a source text that lives at the given path below the repository's root."""
    tree = ast.parse(source)
    path = PurePosixPath(file_name)
    package = path.parts[0]
    imports = list(imports_of(tree))
    meanings = {local: meaning for _, _, local, meaning in imports}
    found = {(line, text) for line, name, _, _ in imports for text in import_offences(package, name)}
    if package != "flows":
        uses = [(line, name) for line, name, _, _ in imports]
        uses += [
            (node.lineno, dotted_name(node, meanings)) for node in ast.walk(tree) if isinstance(node, ast.Attribute)
        ]
        found |= {
            (line, f"only flows may know {known}")
            for line, name in uses
            for known in ONLY_FLOWS_KNOW
            if name and is_within(name, (known,))
        }
    if package == "transforms":
        found |= set(impurities(tree, meanings))
    if DIALECTS not in path.parents:
        found |= set(database_names(tree))
    return [f"{file_name}:{line}: {text}" for line, text in sorted(found)]


@pytest.mark.parametrize("package", PACKAGES_KNOWN_TO)
def test_package_keeps_the_rule(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files, f"{package} has no source: is it still called that?"
    assert [
        offence
        for file in files
        for offence in offences(file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix())
    ] == []


@pytest.mark.parametrize(
    ("file_name", "source", "expected"),
    [
        ("transforms/month.py", "import duckdb", "transforms may not import duckdb"),
        ("transforms/month.py", "import os", "transforms may not import os"),
        ("transforms/month.py", "from pathlib import Path", "transforms may not import pathlib.Path"),
        ("transforms/month.py", "import random", "transforms may not import random"),
        ("transforms/month.py", "import time", "transforms may not import time"),
        ("transforms/month.py", "import urllib.request", "transforms may not import urllib.request"),
        ("transforms/month.py", "import yaml", "transforms may not import yaml"),
        (
            "transforms/month.py",
            "from importlib import resources",
            "transforms may not import importlib.resources",
        ),
        ("transforms/policy/load.py", "import importlib", "transforms may not import importlib"),
        ("transforms/policy/load.py", "import pathlib", "transforms may not import pathlib"),
        ("transforms/month.py", "import sql.engine", "transforms may not import sql"),
        (
            "transforms/month.py",
            "def f():\n    from flows import settings",
            "transforms may not import flows",
        ),
        ("transforms/month.py", "open('a')", "transforms may not use open"),
        (
            "transforms/month.py",
            "import polars as pl\npl.scan_csv('a')",
            "transforms may not use polars.scan_csv",
        ),
        (
            "transforms/month.py",
            "from polars import scan_csv\nscan_csv('a')",
            "transforms may not use polars.scan_csv",
        ),
        ("transforms/month.py", "frame.sink_parquet('a')", "transforms may not use .sink_parquet"),
        (
            "transforms/month.py",
            "from datetime import date\ndate.today()",
            "only flows may know datetime.date.today",
        ),
        (
            "expectations/gate.py",
            "import datetime as d\nd.datetime.now()",
            "only flows may know datetime.datetime.now",
        ),
        ("expectations/gate.py", "from sql import engine", "expectations may not import sql"),
        ("expectations/gate.py", "import flows", "expectations may not import flows"),
        ("sql/state.py", "import expectations.gate", "sql may not import expectations"),
        (
            "sql/state.py",
            "if TYPE_CHECKING:\n    from flows.settings import Settings",
            "sql may not import flows",
        ),
        ("sql/state.py", "import os\nos.environ.get('A')", "only flows may know os.environ"),
        ("sql/state.py", "from os import getenv", "only flows may know os.getenv"),
        ("sql/state.py", "from time import time", "only flows may know time.time"),
        ("sql/state.py", "from prefect.context import get_run_context", "only flows may know prefect"),
        ("sql/state.py", "from rich import print", "only flows may know rich"),
        ("sql/state.py", "import typer", "only flows may know typer"),
        ("sql/state.py", "c.dialect.name == 'postgresql'", "only sql/dialects may know postgresql"),
        ("flows/warehouse.py", "url.drivername in {'postgresql+psycopg'}", "only sql/dialects may know postgresql"),
        ("flows/warehouse.py", "KINDS = {'duckdb': 1}", "only sql/dialects may know duckdb"),
    ],
)
def test_offence_is_found(file_name, source, expected):
    line = source.count("\n") + 1
    assert f"{file_name}:{line}: {expected}" in offences(source, file_name)


@pytest.mark.parametrize(
    ("file_name", "source"),
    [
        ("transforms/month.py", "import datetime\nfrom collections.abc import Iterable\nimport polars as pl"),
        ("transforms/scoring.py", "from transforms.month import Month\nfrom . import month\nmonth.now()"),
        ("expectations/gate.py", "import great_expectations as gx\nfrom transforms.month import Month"),
        ("sql/state.py", "import os\nimport time\nimport transforms\nos.replace('a', 'b')\ntime.sleep(1)"),
        ("sql/dialects/duckdb.py", "name = 'duckdb'"),
        ("flows/new_project.py", "'duckdb:///retier.duckdb'"),
        ("flows/steps.py", "import os, prefect, rich, sql, expectations, transforms\nos.environ['A']"),
    ],
)
def test_what_is_allowed_passes(file_name, source):
    assert offences(source, file_name) == []


def circle(sources: Mapping[str, str]) -> list[str]:
    """Return the modules of a circle of imports, the first one again at its end; empty where there is none.

    Args:
        sources: The source text of every module, by its dotted name.
    """
    imports = {module: set() for module in sources}
    for module, source in sources.items():
        for _, name, _, _ in imports_of(ast.parse(source)):
            owner = name.rpartition(".")[0]
            imports[module] |= {known for known in (name if name in sources else owner,) if known in sources}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_modules_import_one_another_in_a_circle():
    files = [file for package in PACKAGES_KNOWN_TO for file in (ROOT / package).rglob("*.py")]
    names = {file: ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files}
    assert circle({name: file.read_text(encoding="utf-8") for file, name in names.items()}) == []


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        pytest.param({"a": "import a.b", "a.b": "import c", "c": "import json"}, [], id="none"),
        pytest.param({"a": "", "a.b": "from a import c", "a.c": "from a.b import f"}, ["a.b", "a.c"], id="submodule"),
        pytest.param({"a": "def f():\n    import b", "b": "from a import f"}, ["a", "b"], id="within-a-function"),
        pytest.param({"a": "if TYPE_CHECKING:\n    from b import T", "b": "import a"}, ["a", "b"], id="for-types"),
        pytest.param({"a": "import b", "b": "import c", "c": "import a"}, ["a", "b", "c"], id="three"),
    ],
)
def test_a_circle_of_imports_is_found(sources, expected):
    assert sorted(set(circle(sources))) == expected
