"""Copies of the project's packages whose code was changed, and the command line run by them."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

_PACKAGES = ("expectations", "flows", "sql", "transforms")
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


class Code:
    """A copy of the packages, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _PACKAGES:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))

    def replace(self, module: str, old: str, new: str) -> None:
        """Edit a module, such as ``transforms/month.py``, at the one place where some text stands."""
        path = self.folder / module
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{module} has {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def move(self, module: str, target: str) -> None:
        """Move a module, and follow it in all imports; both by dotted names."""
        here, there = (self.folder / f"{name.replace('.', '/')}.py" for name in (module, target))
        here.rename(there)
        for path in self.folder.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(f"from {module} import", f"from {target} import"), encoding="utf-8")

    def rename_local_variables(self, package: str) -> int:
        """Rename the variables of all functions of a package, drop its comments, and return how many there were."""
        renamed = 0
        for path in (self.folder / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in _outermost(tree):
                renamed += _rename(function)
            path.write_text(ast.unparse(tree), encoding="utf-8")
        return renamed

    def retier(self, *line: str, folder: Path) -> str:
        """Run a command line of ``retier`` by this code, and return what it prints."""
        where = f"import transforms; assert transforms.__file__.startswith({str(self.folder)!r}), transforms.__file__; "
        result = subprocess.run(
            [sys.executable, "-P", "-c", f"{where}from flows.cli.app import main; main()", *line],
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(self.folder)},
        )
        assert result.returncode == 0, result.stderr
        return result.stdout


def _outermost(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    found: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
    for node in ast.iter_child_nodes(tree):
        found += [node] if isinstance(node, _FUNCTIONS) else _outermost(node)
    return found


def _rename(function: ast.AST) -> int:
    """Rename what a function and those within it assign, all scopes alike, and no parameter of any of them."""
    nodes = list(ast.walk(function))
    kept = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    assigned = {node.id for node in names if isinstance(node.ctx, ast.Store)} - kept
    for name in names:
        if name.id in assigned:
            name.id = f"{name.id}_by_another_name"
    return len(assigned)
