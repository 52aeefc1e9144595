"""Great Expectations' view of a content block, made safe and offline.

The view that comes with Great Expectations escapes only some of the data, links to external hosts, and uses random
names and a script for collapsed parts. This one keeps its documents, its handling of blocks, and the templates that
need none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from great_expectations.render.view.view import DefaultJinjaComponentView
from jinja2 import ChoiceLoader, PackageLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

_PLACEHOLDER = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)

_PLAIN_TAGS = frozenset({"code", "div", "h5", "h6", "hr", "i", "p", "pre", "span", "strong"})
"""What a piece of text may be; links, images and the like would point outside the pages, or at pages not there."""


class OfflineView(DefaultJinjaComponentView):
    """Renders content blocks to HTML that refers to nothing and runs nothing."""

    def __init__(self) -> None:
        super().__init__()
        assert self.env.loader is not None
        self.env.loader = ChoiceLoader([PackageLoader("expectations.data_docs", "templates/blocks"), self.env.loader])
        self.env.autoescape = True
        self.env.auto_reload = False
        self.env.trim_blocks = self.env.lstrip_blocks = True

    def block(self, content_block: Mapping[str, Any]) -> Markup:
        """Render a content block, given as Great Expectations' JSON form of it."""
        return Markup(self.render({"content_block": content_block}))  # type: ignore[no-untyped-call]

    @pass_context
    def render_content_block(
        self,
        jinja_context: Context,
        content_block: Any,
        index: Any = None,
        content_block_id: Any = None,
        render_to_markdown: bool = False,
    ) -> Any:
        """Render a block, a list of blocks, or a plain value, which the template around it then escapes."""
        if isinstance(content_block, list):
            return Markup("").join(
                Markup("<div>{}</div>").format(self.render_content_block(jinja_context, part)) for part in content_block
            )
        if not isinstance(content_block, Mapping) or "content_block_type" not in content_block:
            return "" if content_block is None else content_block
        if content_block["content_block_type"] == "string_template":
            return self.render_string_template(content_block["string_template"])
        return Markup(
            super().render_content_block(jinja_context, content_block, index, content_block_id, render_to_markdown)
        )

    def render_string_template(self, template: Any) -> Any:
        """Put parameters into a sentence; neither can bring markup along, and parameters are not looked at again."""
        if not isinstance(template, Mapping):
            return template
        styling = template.get("styling") or {}
        text = (template.get("template") or "").strip("\n")
        return _element(template.get("tag"), styling, _filled(text, template.get("params", {}), styling))

    def render_markdown(self, markdown: str) -> Markup:
        """Show the source of Markdown, since rendered Markdown may contain links and images."""
        return _lines(markdown)

    def render_styling(self, styling: Mapping[str, Any]) -> Markup:
        """Keep the classes; attributes and inline styles only serve scripts and the style sheets left out."""
        classes = styling.get("classes")
        return Markup('class="{}"').format(" ".join(classes)) if classes else Markup("")


def _filled(text: str, params: Mapping[str, Any], styling: Mapping[str, Any]) -> Markup:
    """Fill known placeholders; any other dollar sign is kept."""
    parts, end = [], 0
    for match in _PLACEHOLDER.finditer(text):
        name = match[1] or match[2]
        if name in params:
            parts += [_lines(text[end : match.start()]), _parameter(name, params[name], styling)]
            end = match.end()
    return Markup("".join([*parts, _lines(text[end:])]))


def _parameter(name: str, value: Any, styling: Mapping[str, Any]) -> Markup:
    own = styling.get("params", {}).get(name, styling.get("default"))
    text = escape(str(value))
    return text if own is None else _element(own.get("tag"), own, text)


def _element(tag: str | None, styling: Mapping[str, Any], content: Markup) -> Markup:
    name = tag if tag in _PLAIN_TAGS else "span"
    classes = " ".join(styling.get("classes") or ())
    attribute = f' class="{escape(classes)}"' if classes else ""
    return Markup(f"<{name}{attribute}>{content}</{name}>")


def _lines(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>"))
