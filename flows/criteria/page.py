"""The criteria as one self-contained HTML page, for a wiki, a mail or a customer's browser."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup


def criteria_page(markdown: str) -> str:
    """Write criteria as a page that loads nothing and runs nothing.

    Args:
        markdown: The output of :func:`flows.criteria.render.render_criteria`; HTML in it is shown as text.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    environment = Environment(loader=PackageLoader("flows", "templates"), autoescape=True, undefined=StrictUndefined)
    title = markdown.partition("\n")[0].removeprefix("# ")
    # The reader has escaped everything that is not Markdown.
    content = Markup(reader.render(markdown))
    return environment.get_template("criteria.html.j2").render(title=title, content=content) + "\n"


def _table_open(renderer: RendererHTML, tokens: list[Token], place: int, options: object, env: object) -> str:  # noqa: ARG001
    """Let a wide table scroll on its own on a phone, also by keyboard."""
    return '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(renderer: RendererHTML, tokens: list[Token], place: int, options: object, env: object) -> str:  # noqa: ARG001
    return "</table></div>\n"
