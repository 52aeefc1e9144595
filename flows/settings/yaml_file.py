"""YAML files: the line of every value, nothing that could be meant otherwise, and `${NAME}` from the environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import yaml

from flows.settings.yaml_nodes import Node, RefusedYamlError, read_nodes
from flows.settings.yaml_values import Place, Values
from transforms.errors import WrongUseError
from transforms.passwords import without_password
from transforms.plurals import pluralize
from transforms.policy.book import InvalidValue

_LONGEST_SHOWN = 60
_MOST_SHOWN = 30
_LARGEST_BYTES = 1 << 20
_SHORT = 1 << 16
"""Texts up to this length are read once more if they are not YAML, for a better description."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a YAML file.

    Attributes:
        path: The path of the file.
        content: Its content, with the values of environment variables; left out of the representation.
        lines: The line of every key and list item.
        texts: Every value that names environment variables, as it is written.
        spellings: Every number, truth value and null that would be written otherwise, as it is written.
        secrets: The value in the content of each such scalar, with the text as written; never represented.
    """

    path: Path
    content: Any = field(default=None, repr=False)
    lines: Mapping[Place, int] = field(default_factory=dict)
    texts: Mapping[Place, str] = field(default_factory=dict)
    spellings: Mapping[Place, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def has_place(self, place: Place) -> bool:
        """Return whether the file has a value at a place."""
        return tuple(map(str, place)) in self.lines

    def line_of(self, place: Place) -> int | None:
        """Return the line of a place, else of the nearest place that contains it."""
        place = tuple(map(str, place))
        above = (place[:length] for length in range(len(place), 0, -1))
        return next((self.lines[known] for known in above if known in self.lines), None)

    def as_written(self, place: Place, value: Any) -> Any:
        """Return a value with `${NAME}` for everything that came from the environment, so that no secret is shown."""
        if (named := tuple(map(str, place))) in self.texts:
            return self.texts[named]
        if isinstance(value, dict):
            return {key: self.as_written((*place, key), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.as_written((*place, position), inner) for position, inner in enumerate(value)]
        return self.secrets.get(value, value) if isinstance(value, str) else value

    def as_spelled(self, place: Place, value: Any, *, has_nulls: bool) -> Any:
        """Return a value with every number and truth value as it is written.

        Args:
            place: Its place.
            value: The value.
            has_nulls: Whether null stays null, instead of being the text that is written.
        """
        if isinstance(value, dict):
            return {key: self.as_spelled((*place, key), inner, has_nulls=has_nulls) for key, inner in value.items()}
        if isinstance(value, list):
            inner = enumerate(value)
            return [self.as_spelled((*place, position), one, has_nulls=has_nulls) for position, one in inner]
        is_kept = value is None and has_nulls
        return value if is_kept else self.spellings.get(tuple(map(str, place)), value)


class FileError(WrongUseError):
    """A file of the project has values that are not valid.

    Attributes:
        errors: Every wrong place.
    """

    def __init__(self, file: YamlFile, errors: Sequence[InvalidValue]) -> None:
        """Write one clause per error, with its line and the value as written in the file."""
        self.errors = list(errors)
        clauses = "; ".join(_clause(file, error) for error in self.errors[:_MOST_SHOWN])
        more = f"; and {len(self.errors) - _MOST_SHOWN:,} more" if len(self.errors) > _MOST_SHOWN else ""
        super().__init__(f"{pluralize(len(self.errors), 'error')} in {file.path}: {clauses}{more}")


def read_yaml(path: Path, environ: Mapping[str, str]) -> YamlFile:
    """Read a YAML file.

    Args:
        path: The file.
        environ: Where `${NAME}` is looked up; `$${` means a literal `${`.

    Raises:
        WrongUseError: If the file cannot be read, is not YAML, or is larger or deeper than any file of a project.
        FileError: If a key occurs twice, a value could be meant otherwise, or a value names an environment variable
            that is not set.
    """
    text = _text(path)
    values = Values(environ)
    try:
        root = _nodes(path, text)
        content = None if root is None else values.of(root)
    except RefusedYamlError as error:
        raise WrongUseError(f"{path} cannot be used, see line {error.line}: {error.reason}") from error
    file = YamlFile(path, content, values.lines, values.texts, values.spellings, values.secrets)
    if values.errors:
        raise FileError(file, values.errors)
    return file


def _text(path: Path) -> str:
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode) and not S_ISDIR(status.st_mode):
            raise WrongUseError(f"{path} cannot be read (it is a pipe or a device): expected a plain file")
        if status.st_size > _LARGEST_BYTES:
            raise WrongUseError(
                f"{path} has {status.st_size:,} bytes, where {_LARGEST_BYTES:,} are more than any settings need: "
                "expected a shorter file (is it another one?)"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUseError(f"{path} is not written in UTF-8 (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise WrongUseError(f"{path} cannot be read ({error.strerror}): expected a readable file") from error


def _nodes(path: Path, text: str) -> Node | None:
    # libyaml reads a policy in a tenth of the time, but describes errors less well; PyYAML may have been built without
    # it.
    quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return read_nodes(quick(text))
    except yaml.YAMLError as error:
        if len(text) > _SHORT and isinstance(error, yaml.MarkedYAMLError):
            raise WrongUseError(f"{path} is not YAML {_problem(error, text)}") from error
    try:
        return read_nodes(yaml.SafeLoader(text))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        character = f"{error.character!r}" if isinstance(error.character, str) else f"number {error.character}"
        raise WrongUseError(
            f"{path} contains the character {character} in line {line}, which YAML does not allow: remove it"
        ) from error
    except yaml.MarkedYAMLError as error:
        raise WrongUseError(f"{path} is not YAML {_problem(error, text)}") from error


def _problem(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark or error.context_mark
    what = " ".join(filter(None, [error.context, error.problem]))
    if mark is None:
        return f"({what})"
    line = text.splitlines()[mark.line] if mark.line < len(text.splitlines()) else ""
    fix = "fix it there or in the line above"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        fix = "indent with spaces instead of tabs"
    if "${" in line and "{" in line.replace("${", ""):
        fix = "within braces write ${NAME} in quotes, or give the value a line of its own"
    return f"in line {mark.line + 1}, column {mark.column + 1}: {what}; {fix}"


def _clause(file: YamlFile, error: InvalidValue) -> str:
    place = ".".join(_step(step) for step in error.path) or "the whole file"
    line = file.line_of(error.path)
    where = f" (line {line})" if line is not None else ""
    expected = error.expected.replace("input should be", "expected", 1)
    if expected.startswith("missing"):
        return f"{place}{where}: {expected}"
    shown = _shortened(without_password(repr(file.as_written(error.path, error.value))))
    return f"{place}{where}: got {shown}, {expected}"


def _step(step: str | int) -> str:
    return _shortened(step if isinstance(step, str) and step.isprintable() else repr(step))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
