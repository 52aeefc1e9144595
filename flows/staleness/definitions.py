"""The code that results are computed by, as fingerprints: a month is stale when a definition has changed."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_CORE = "transforms"

_DEFINES_NO_RESULT = frozenset({"contracts", "erasure", "errors", "notifications", "policy", "sample"})
"""Descriptions, sentences, the policy's form (its values have a fingerprint of their own), what only erases or tells of
results, and sample data."""

FACT_PARTS = ("accounts", "exact", "facts", "knowledge", "month")
"""What facts are computed by: scores and tiers may change without making them anew."""


@cache
def definitions() -> dict[str, str]:
    """Fingerprint the code of the pure core by its parts: its modules and packages, such as ``tiers``.

    Comments, docstrings and layout do not count. Any other change does, whether it changes a result or not: a month
    that is computed again with the same result stays as it is.
    """
    root = _folder()
    parts = sorted({path.relative_to(root).parts[0].removesuffix(".py") for path in _modules(root)})
    return {part: _print(root, part) for part in parts if part not in _DEFINES_NO_RESULT}


@cache
def fact_definition() -> str:
    """Fingerprint the code that facts are computed by."""
    parts = definitions()
    return hashlib.sha256("".join(parts[part] for part in FACT_PARTS).encode()).hexdigest()


def _folder() -> Path:
    found = find_spec(_CORE)
    assert found is not None, f"{_CORE} is part of retier"
    assert found.submodule_search_locations, f"{_CORE} is a package"
    return Path(found.submodule_search_locations[0])


def _modules(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*.py") if path != root / "__init__.py")


def _print(root: Path, part: str) -> str:
    digest = hashlib.sha256()
    for path in _modules(root):
        if path.relative_to(root).parts[0].removesuffix(".py") == part:
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
            digest.update(code_only(path.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def code_only(source: str) -> str:
    """Return a module's code in one form, without comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_text(node: ast.stmt) -> bool:
    """Docstrings, and the texts below constants that describe them."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
