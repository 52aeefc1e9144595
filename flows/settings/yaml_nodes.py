"""YAML texts as nodes that know their lines, read within limits that no file of a project comes near."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_VALUES = 50_000
"""The most values in a file, what aliases repeat included: twenty times those of the default policy."""

DEEPEST = 40
"""How deeply values may be nested: four times as deeply as in a policy with versions."""

_MERGE = "<<"
_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A single value, or a key.

    Attributes:
        line: Its line, counted from 1.
        text: Its text, without quotes.
        is_plain: Whether it is written without quotes, so that it may be a number.
    """

    line: int
    text: str
    is_plain: bool

    @property
    def is_merge(self) -> bool:
        """Whether, as a key, it stands for the keys of another mapping."""
        return self.is_plain and self.text == _MERGE


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list."""

    line: int
    nodes: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A mapping, as it is written: keys may be repeated or be no single values."""

    line: int
    nodes: list[tuple[Node, Node]] = field(default_factory=list)


Node = Scalar | Items | Pairs


class RefusedYamlError(Exception):
    """A text that is YAML, but goes beyond what the files of a project may hold.

    Attributes:
        line: The line.
        reason: What is wrong there, and what was expected.
    """

    def __init__(self, line: int, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read_nodes(parser: Any) -> Node | None:
    """Return the only document of a text; null where there is none.

    Args:
        parser: A loader of PyYAML with the text. Its events are read one by one, since both of its composers recurse:
            the one in C ends the process at a text of nothing but brackets or dashes.

    Raises:
        yaml.YAMLError: If the text is not YAML.
        RefusedYamlError: If it has several documents, is nested too deeply, has too many values, or uses tags.
    """
    try:
        parser.get_event()
        if parser.check_event(yaml.StreamEndEvent):
            return None
        parser.get_event()
        node = _Reader(parser).node(depth=0)
        parser.get_event()
        if not parser.check_event(yaml.StreamEndEvent):
            line = parser.get_event().start_mark.line + 1
            raise RefusedYamlError(line, "another document begins: expected a single document in a file")
        return node
    finally:
        parser.dispose()


class _Reader:
    """Makes nodes of events; an alias is the node of its anchor itself."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._anchored: dict[str, Node] = {}
        self._values = 0

    def node(self, depth: int) -> Node:
        event = self._parser.get_event()
        line = event.start_mark.line + 1
        self._values += 1
        if self._values > MOST_VALUES:
            raise RefusedYamlError(line, f"there are more than {MOST_VALUES:,} values: expected fewer")
        if depth > DEEPEST:
            raise RefusedYamlError(line, f"values are nested more than {DEEPEST} deep: expected fewer brackets")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        _refuse_tag(event, line)
        if isinstance(event, yaml.ScalarEvent):
            # A plain scalar has no quotes: its style is None in one parser, an empty text in the other.
            is_plain = not event.style and event.tag != _TEXT
            return self._anchor(event, Scalar(line, str(event.value), is_plain))
        if isinstance(event, yaml.SequenceStartEvent):
            items = Items(line)
            self._anchor(event, items)
            items.nodes.extend(self._until(yaml.SequenceEndEvent, depth))
            return items
        pairs = Pairs(line)
        self._anchor(event, pairs)
        inner = self._until(yaml.MappingEndEvent, depth)
        pairs.nodes.extend(zip(inner, inner, strict=True))
        return pairs

    def _until(self, end: type[yaml.Event], depth: int) -> Iterator[Node]:
        while not self._parser.check_event(end):
            yield self.node(depth + 1)
        self._parser.get_event()

    def _anchor(self, event: Any, node: Node) -> Node:
        if event.anchor is not None:
            self._anchored[event.anchor] = node
        return node

    def _alias(self, event: Any, line: int) -> Node:
        node = self._anchored.get(event.anchor)
        if node is None:
            raise RefusedYamlError(line, f"nothing above is called &{event.anchor}: expected an alias of something")
        return node


def _refuse_tag(event: Any, line: int) -> None:
    if event.tag not in {None, "!", _TEXT}:
        raise RefusedYamlError(line, f"the tag {event.tag} says how to read a value: expected the value without a tag")
