"""YAML files: the line of every value, no duplicate keys, and `${NAME}` from the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from transforms.errors import WrongUseError
from transforms.passwords import without_password
from transforms.plurals import pluralize
from transforms.policy.book import InvalidValue

Place = tuple[str | int, ...]
"""Keys and list positions from the top of a file; within this module positions are text, like keys."""

_VARIABLE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MERGE = "tag:yaml.org,2002:merge"
_LONGEST_SHOWN = 60
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a YAML file.

    Attributes:
        path: The path of the file.
        content: Its content, with the values of environment variables; left out of the representation.
        lines: The line of every key and list item.
        texts: Every scalar that names environment variables, as it is written.
        secrets: The value in the content of each such scalar, with the text as written; never represented.
    """

    path: Path
    content: Any = field(default=None, repr=False)
    lines: Mapping[Place, int] = field(default_factory=dict)
    texts: Mapping[Place, str] = field(default_factory=dict)
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


class FileError(WrongUseError):
    """A file of the project has values that are not valid.

    Attributes:
        errors: Every wrong place.
    """

    def __init__(self, file: YamlFile, errors: Sequence[InvalidValue]) -> None:
        """Write one clause per error, with its line and the value as written in the file."""
        self.errors = list(errors)
        clauses = "; ".join(_clause(file, error) for error in self.errors)
        super().__init__(f"{pluralize(len(self.errors), 'error')} in {file.path}: {clauses}")


def read_yaml(path: Path, environ: Mapping[str, str]) -> YamlFile:
    """Read a YAML file.

    Args:
        path: The file.
        environ: Where `${NAME}` is looked up; `$${` means a literal `${`.

    Raises:
        WrongUseError: If the file cannot be read or is not YAML.
        FileError: If a key occurs twice, or a value names an environment variable that is not set.
    """
    text = _text(path)
    # libyaml reads a policy in a tenth of the time, but describes errors less well; PyYAML may have been built without
    # it.
    if quick := getattr(yaml, "CSafeLoader", None):
        with suppress(yaml.YAMLError):
            return _read(path, quick(text), environ)
    loader = _loader(path, text)
    try:
        return _read(path, loader, environ)
    except yaml.MarkedYAMLError as error:
        raise WrongUseError(f"{path} is not YAML {_problem(error, text)}") from error


def _read(path: Path, loader: yaml.SafeLoader, environ: Mapping[str, str]) -> YamlFile:
    try:
        root = loader.get_single_node()
        if root is None:
            return YamlFile(path)
        walk = _Walk(loader, environ)
        walk.visit((), root)
        if walk.errors:
            raise FileError(YamlFile(path, lines=walk.lines, texts=walk.texts), walk.errors)
        return YamlFile(path, loader.construct_document(root), walk.lines, walk.texts, walk.secrets)
    finally:
        loader.dispose()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUseError(f"{path} is not written in UTF-8 (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise WrongUseError(f"{path} cannot be read ({error.strerror}): expected a readable file") from error


def _loader(path: Path, text: str) -> yaml.SafeLoader:
    try:
        return yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        character = f"{error.character!r}" if isinstance(error.character, str) else f"number {error.character}"
        raise WrongUseError(
            f"{path} contains the character {character} in line {line}, which YAML does not allow: remove it"
        ) from error


def _problem(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark or error.context_mark
    what = " ".join(filter(None, [error.context, error.problem]))
    if mark is None:
        return f"({what})"
    line = text.splitlines()[mark.line] if mark.line < len(text.splitlines()) else ""
    fix = "fix it there or in the line above"
    if "${" in line and "{" in line.replace("${", ""):
        fix = "within braces write ${NAME} in quotes, or give the value a line of its own"
    return f"in line {mark.line + 1}, column {mark.column + 1}: {what}; {fix}"


def _clause(file: YamlFile, error: InvalidValue) -> str:
    place = ".".join(str(step) for step in error.path) or "the whole file"
    line = file.line_of(error.path)
    where = f" (line {line})" if line is not None else ""
    expected = error.expected.replace("input should be", "expected", 1)
    if expected.startswith("missing"):
        return f"{place}{where}: {expected}"
    shown = without_password(repr(file.as_written(error.path, error.value)))
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 3] + "..."
    return f"{place}{where}: got {shown}, {expected}"


class _Walk:
    """Walks over the nodes once: records lines, rejects duplicates, inserts the values of environment variables."""

    def __init__(self, loader: yaml.SafeLoader, environ: Mapping[str, str]) -> None:
        self.lines: dict[Place, int] = {}
        self.texts: dict[Place, str] = {}
        self.secrets: dict[str, str] = {}
        self.errors: list[InvalidValue] = []
        self._loader = loader
        self._environ = environ
        self._above: list[int] = []
        self._written: dict[int, str] = {}

    def visit(self, place: Place, node: yaml.Node) -> None:
        if id(node) in self._above:
            self.errors.append(InvalidValue(place, "an alias", "expected a value that does not contain itself"))
            return
        self._above.append(id(node))
        for step, line, child in self._children(place, node):
            self.lines.setdefault((*place, step), line)
            self.visit((*place, step), child)
        self._above.pop()
        if isinstance(node, yaml.ScalarNode):
            self._fill(place, node)

    def _children(self, place: Place, node: yaml.Node) -> Iterator[tuple[str, int, yaml.Node]]:
        if isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                yield str(position), item.start_mark.line + 1, item
        if not isinstance(node, yaml.MappingNode):
            return
        seen: dict[str, int] = {}
        # Merged keys come last: the line of a key is its own, not that of the key it overrides.
        for key, value in sorted(node.value, key=lambda pair: pair[0].tag == _MERGE):
            line = key.start_mark.line + 1
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if key.tag == _MERGE:
                self.visit(place, value)
                continue
            if name in seen:
                self.lines[(*place, name)] = line
                twice = f"the key occurs twice (first in line {seen[name]}): expected each key once"
                self.errors.append(InvalidValue((*place, name), name, twice))
            seen.setdefault(name, line)
            yield name, line, value

    def _fill(self, place: Place, node: yaml.ScalarNode) -> None:
        # An anchored node is visited again at each of its aliases, with its variables already filled in.
        text = self._written.get(id(node)) or str(node.value)
        if "${" not in text:
            return
        self.texts[place] = text
        if id(node) in self._written:
            return
        self._written[id(node)] = text
        filled = _VARIABLE.sub(lambda match: self._value(place, match), text)
        node.value = filled
        self.secrets[filled] = text
        # A plain scalar has no quotes: its style is None in one parser, an empty text in the other.
        if not node.style and _VARIABLE.fullmatch(text):
            tag = self._loader.resolve(yaml.ScalarNode, filled, (True, False))  # type: ignore[no-untyped-call]
            node.tag = tag if tag in _NUMBERS else node.tag

    def _value(self, place: Place, match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "${"
        if not _NAME.fullmatch(name):
            self.errors.append(
                InvalidValue(place, match[0], "expected the name of an environment variable, as in ${NAME}")
            )
        elif name not in self._environ:
            expected = f"the environment variable {name} is not set: expected it in the environment of the command"
            self.errors.append(InvalidValue(place, match[0], expected))
        return self._environ.get(name, "")
