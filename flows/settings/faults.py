"""Faults of a project's files: where each stands, what stands there, and what was expected instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from transforms.errors import WrongUseError
from transforms.passwords import without_password
from transforms.policy.book import Fault

if TYPE_CHECKING:
    from flows.settings.yaml_file import YamlFile

_LONGEST_SHOWN = 60


class FileError(WrongUseError):
    """A file of the project cannot be meant as it is written.

    Attributes:
        faults: Every wrong place.
    """

    def __init__(self, file: YamlFile, faults: Sequence[Fault]) -> None:
        """Write one clause per fault, with its line and with the value as it stands in the file."""
        self.faults = list(faults)
        many = f"{len(self.faults)} faults" if len(self.faults) != 1 else "1 fault"
        clauses = "; ".join(_clause(file, fault) for fault in self.faults)
        super().__init__(f"{many} in {file.path}: {clauses}")


def _clause(file: YamlFile, fault: Fault) -> str:
    place = ".".join(str(step) for step in fault.path) or "the whole file"
    line = file.line_of(fault.path)
    where = f" (line {line})" if line is not None else ""
    expected = fault.expected.replace("input should be", "expected", 1)
    if expected.startswith("missing"):
        return f"{place}{where}: {expected}"
    shown = without_password(repr(file.as_written(fault.path, fault.value)))
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 3] + "..."
    return f"{place}{where}: got {shown}, {expected}"
