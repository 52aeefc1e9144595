"""Pages as a browser would read them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser

from expectations.data_docs import Page

INLINE = {"a", "b", "code", "span", "strong"}
VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Document:
    """What stands in a page: elements with their attributes, text, styles, and text by element."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]

    @property
    def style(self) -> str:
        return "".join(text for path, text in self.texts if path[-1:] == ("style",))

    @property
    def text(self) -> str:
        return " ".join("".join(text for path, text in self.texts if "style" not in path).split())

    def text_in(self, tag: str) -> list[str]:
        return [text.strip() for path, text in self.texts if path[-1:] == (tag,) and text.strip()]

    def classes(self, name: str) -> int:
        return sum(name in attributes.get("class", "").split() for _, attributes in self.elements)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self.path: list[str] = []

    def handle_starttag(self, tag, attrs):
        self._part(tag)
        self.document.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.path.append(tag)

    def handle_endtag(self, tag):
        assert self.path, f"</{tag}> closes nothing"
        assert self.path[-1] == tag, f"</{tag}> closes <{self.path[-1]}>"
        self.path.pop()
        self._part(tag)

    def _part(self, tag):
        if tag not in INLINE:
            self.document.texts.append(((), " "))

    def handle_data(self, data):
        self.document.texts.append((tuple(self.path), data))


def read(page: Page) -> Document:
    reader = _Reader()
    reader.feed(page.content)
    reader.close()
    reader.document.unclosed = reader.path
    return reader.document


def target(page: Page, link: str) -> tuple[str, str]:
    """The path and the anchor that a link of a page leads to."""
    path, _, anchor = link.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path, anchor
