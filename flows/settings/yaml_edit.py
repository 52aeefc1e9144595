"""Changes to a YAML text at single places, which leave everything else as it is written, comments included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml


@dataclass(slots=True)
class Edits:
    """Changes to one text, by position.

    Attributes:
        text: The text as it was.
        changes: Start, end and what stands between them afterwards.
    """

    text: str
    changes: list[tuple[int, int, str]] = field(default_factory=list)

    def replace(self, start: int, end: int, text: str) -> None:
        """Write something in the place of a part of the text."""
        self.changes.append((start, end, text))

    def insert(self, position: int, text: str) -> None:
        """Write something between two characters; what is inserted there later stands behind it."""
        self.changes.append((position, position, text))

    def result(self) -> str:
        """Return the changed text."""
        text = self.text
        in_order = sorted(enumerate(self.changes), key=lambda pair: (pair[1][0], pair[1][1], pair[0]))
        for _, (start, end, written) in reversed(in_order):
            text = text[:start] + written + text[end:]
        return text


def root_of(text: str) -> yaml.Node | None:
    """Read a text as nodes that know their positions."""
    return yaml.compose(text, Loader=yaml.SafeLoader)


def pairs(node: yaml.Node | None) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Return key and value of each entry of a mapping, by the key's text; nothing where it is none."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def found(node: yaml.Node | None, place: Sequence[str]) -> tuple[yaml.Node, yaml.Node] | None:
    """Return key and value at a place; None where nothing stands there."""
    pair = None
    for key in place:
        pair = pairs(node).get(key)
        if pair is None:
            return None
        node = pair[1]
    return pair


def is_in_flow(node: yaml.Node) -> bool:
    """Return whether a mapping or list is written in braces or brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def end_of(text: str, node: yaml.Node) -> int:
    """Return the position behind the last character of a node, without the comments and line breaks behind it."""
    inner: Any = node.value
    if isinstance(node, yaml.CollectionNode) and not is_in_flow(node) and inner:
        last = inner[-1]
        return end_of(text, last[1] if isinstance(last, tuple) else last)
    end = int(node.end_mark.index)
    return len(text[:end].rstrip()) if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"} else end


def line_start(text: str, position: int) -> int:
    """Return where the line of a position begins."""
    return text.rfind("\n", 0, position) + 1


def line_end(text: str, position: int) -> int:
    """Return where the line after that of a position begins, or the end of the text."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def block_of(text: str, pair: tuple[yaml.Node, yaml.Node]) -> str:
    """Return the lines of an entry of a block mapping, with the comments right above it."""
    key, value = pair
    start = line_start(text, key.start_mark.index)
    while start:
        above = line_start(text, start - 1)
        line = text[above:start]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) != key.start_mark.column:
            break
        start = above
    return text[start : line_end(text, end_of(text, value))]


def on_one_line(text: str, node: yaml.Node) -> str:
    """Return the value of a node as flow YAML on one line; as it is written where it is on one line already."""
    written = text[node.start_mark.index : end_of(text, node)]
    is_block = isinstance(node, yaml.CollectionNode) and not is_in_flow(node)
    if not is_block and "\n" not in written:
        return written
    return in_flow(yaml.safe_load(yaml.serialize(node)))


def in_flow(value: Any) -> str:
    """Write a value as flow YAML on one line."""
    written = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf"))
    return str(written).removesuffix("...\n").strip()


def indented(block: str, columns: int) -> str:
    """Move the lines of a block to the right, or to the left where the number is negative."""
    lines = block.splitlines(keepends=True)
    return "".join(" " * columns + line if columns > 0 and line.strip() else line[-min(columns, 0) :] for line in lines)
