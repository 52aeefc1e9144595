"""The values of a YAML file: what each place holds, in which line, and what of it could be meant otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flows.settings.yaml_nodes import DEEPEST, MOST_VALUES, Items, Node, Pairs, RefusedYamlError, Scalar
from flows.settings.yaml_scalars import AsWritten, is_null, plain_number, plain_value
from transforms.policy.book import InvalidValue

Place = tuple[str | int, ...]
"""Keys and list positions from the top of a file; within this module positions are text, like keys."""

_Entries = dict[str, tuple[int, Node]]

_VARIABLE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Values:
    """Walks over nodes, through aliases, and makes values of them.

    Attributes:
        lines: The line of every key and list item.
        texts: Every value that names environment variables, as it is written.
        spellings: Every number, truth value and null that would be written otherwise, as it is written.
        secrets: The value of each text that names environment variables, with the text.
        errors: What is wrong: keys that occur twice, values that could be meant otherwise, unknown variables.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Begin.

        Args:
            environ: Where `${NAME}` is looked up; `$${` means a literal `${`.
        """
        self.lines: dict[Place, int] = {}
        self.texts: dict[Place, str] = {}
        self.spellings: dict[Place, str] = {}
        self.secrets: dict[str, str] = {}
        self.errors: list[InvalidValue] = []
        self._environ = environ
        self._above: list[Node] = []
        self._refused_keys: set[Node] = set()
        self._seen = 0

    def of(self, node: Node, place: Place = ()) -> Any:
        """Return the value of a node.

        Args:
            node: The node.
            place: Its place in the file.

        Raises:
            RefusedYamlError: If aliases make more values, or nest them more deeply, than a file may have.
        """
        if isinstance(node, Scalar):
            self._count(node)
            return self._scalar(place, node)
        with self._inside(place, node) as is_new:
            if not is_new:
                return None
            if isinstance(node, Pairs):
                return self._values(place, self._entries(place, node))
            items = {str(position): (item.line, item) for position, item in enumerate(node.nodes)}
            return list(self._values(place, items).values())

    def _values(self, place: Place, entries: _Entries) -> dict[str, Any]:
        self.lines |= {(*place, step): line for step, (line, _) in entries.items()}
        return {step: self.of(node, (*place, step)) for step, (_, node) in entries.items()}

    @contextmanager
    def _inside(self, place: Place, node: Node) -> Iterator[bool]:
        """Return whether a node does not contain itself, as far as has been walked."""
        self._count(node)
        if len(self._above) > DEEPEST:
            raise RefusedYamlError(node.line, f"aliases nest values more than {DEEPEST} deep: expected fewer of them")
        is_new = node not in self._above
        if not is_new:
            expected = "expected a value that does not contain itself"
            self.errors.append(InvalidValue(place, AsWritten("an alias"), expected))
        self._above.append(node)
        yield is_new
        self._above.pop()

    def _count(self, node: Node) -> None:
        self._seen += 1
        if self._seen > MOST_VALUES:
            reason = f"aliases repeat more than {MOST_VALUES:,} values: expected fewer of them"
            raise RefusedYamlError(node.line, reason)

    def _entries(self, place: Place, node: Pairs) -> _Entries:
        """Return the line and node of each key; what is merged comes first, and gives way to a mapping's own keys."""
        own: _Entries = {}
        merging: Scalar | None = None
        merged: _Entries = {}
        for key, value in node.nodes:
            self._count(key)
            if not isinstance(key, Scalar) or (key.is_plain and is_null(key.text)):
                shown = AsWritten(key.text or "nothing" if isinstance(key, Scalar) else "a list or a mapping")
                self._refuse_key(
                    (*place, "?"), key, shown, "which is not a key: expected a text, in quotes where it is empty"
                )
            elif key.is_merge and merging is None:
                merging, merged = key, self._merged(place, value)
            else:
                first = merging.line if merging and key.is_merge else own.get(key.text, (None, key))[0]
                own[key.text] = key.line, value
                if first is not None:
                    twice = f"the key occurs twice (first in line {first}): expected each key once"
                    self._refuse_key((*place, key.text), key, key.text, twice)
        return {**merged, **own}

    def _merged(self, place: Place, node: Node) -> _Entries:
        merged: _Entries = {}
        # The first of several mappings counts where they have a key in common.
        for each in reversed(node.nodes if isinstance(node, Items) else [node]):
            if not isinstance(each, Pairs):
                expected = "expected an alias of a mapping, or a list of them"
                self.errors.append(InvalidValue((*place, "<<"), AsWritten("something else"), expected))
                continue
            with self._inside(place, each) as is_new:
                merged |= self._entries(place, each) if is_new else {}
        return merged

    def _refuse_key(self, place: Place, key: Node, shown: str, expected: str) -> None:
        """Refuse a key once, however often its mapping is repeated by aliases."""
        if key not in self._refused_keys:
            self._refused_keys.add(key)
            self.lines[place] = key.line
            self.errors.append(InvalidValue(place, shown, expected))

    def _scalar(self, place: Place, node: Scalar) -> Any:
        if "${" in node.text:
            return self._filled(place, node)
        if not node.is_plain:
            return node.text
        try:
            value = plain_value(node.text)
        except ValueError as error:
            self.errors.append(InvalidValue(place, AsWritten(node.text), str(error)))
            return None
        usual = repr(value).lower() if isinstance(value, bool) else repr(value)
        if not isinstance(value, str) and node.text not in {"", usual}:
            self.spellings[place] = node.text
        return value

    def _filled(self, place: Place, node: Scalar) -> Any:
        self.texts[place] = node.text
        filled = _VARIABLE.sub(lambda match: self._variable(place, match), node.text)
        self.secrets[filled] = node.text
        # Of what stands in the environment nothing but a number becomes anything else than text.
        if not (node.is_plain and _VARIABLE.fullmatch(node.text)):
            return filled
        try:
            number = plain_number(filled)
        except ValueError:
            return filled
        return filled if number is None else number

    def _variable(self, place: Place, match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "${"
        if not _NAME.fullmatch(name):
            expected = "expected the name of an environment variable, as in ${NAME}"
            self.errors.append(InvalidValue(place, match[0], expected))
        elif name not in self._environ:
            expected = f"the environment variable {name} is not set: expected it in the environment of the command"
            self.errors.append(InvalidValue(place, match[0], expected))
        return self._environ.get(name, "")
