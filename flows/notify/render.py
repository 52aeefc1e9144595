"""Renders messages by their templates; the project's override those of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, Template, Undefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from flows.escaping import escape_controls
from flows.notify.inert import inert, one_line
from flows.notify.messages import Message
from flows.settings import Project
from flows.settings.channels import Format
from transforms.errors import RetierError
from transforms.plurals import pluralize

TEMPLATES = Path("templates") / "notify"
"""The folder of a project's own templates."""

SUFFIXES = {"text": "txt", "html": "html", "chat": "md"}
"""The file suffix of each format."""

_ERRORS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Written:
    """A rendered message.

    Attributes:
        title: Its subject: one line.
        body: Its text, in the format of its channel, with its identifier in the last line.
    """

    title: str
    body: str


class Templates:
    """The templates of a project.

    Args:
        project: The project.
    """

    def __init__(self, project: Project) -> None:
        self._own = project.directory / TEMPLATES
        self._environments: dict[Format, SandboxedEnvironment] = {}

    def write(self, message: Message, form: Format) -> Written:
        """Write a message.

        Raises:
            RetierError: If a template of the project is broken; the message says which and where.
        """
        body = self.fill(message.kind, form, {"message": message})
        return Written(one_line(message.title), _signed(body, message.message_id, form))

    def fill(self, name: str, form: Format, values: Mapping[str, Any]) -> str:
        """Fill a template.

        Raises:
            RetierError: If it is broken.
        """
        file = f"{name}.{SUFFIXES[form]}.j2"
        try:
            return _clean(self._template(file, form).render(values))
        except _ERRORS as error:
            raise RetierError(self._describe(file, error)) from None
        except OSError as error:
            raise RetierError(
                f"the template {self._own / file} cannot be read ({error.strerror}): expected a readable file"
            ) from None

    def _template(self, file: str, form: Format) -> Template:
        if form not in self._environments:
            self._environments[form] = _environment(self._own, form)
        return self._environments[form].get_template(file)

    def _describe(self, file: str, error: Exception) -> str:
        where = getattr(error, "name", None) or file
        line = getattr(error, "lineno", None)
        place = f"{self._own / str(where)}" + (f", line {line}" if line else "")
        return (
            f"the template {place} cannot be used: {escape_controls(error)}; fix it, or move it away "
            "to use retier's own, and run retier notify again"
        )


def _environment(own: Path, form: Format) -> SandboxedEnvironment:
    loaders: list[BaseLoader] = [FileSystemLoader(own), PackageLoader("flows", "templates/notify")]
    environment = SandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=form == "html",
        undefined=StrictUndefined,
        finalize=lambda value: _finalized(value, form),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Whatever a template prints is escaped; a template cannot mark text as safe.
    del environment.filters["safe"]
    environment.filters["amount"] = lambda value: "unknown" if value is None else f"{value:z,.0f}"
    environment.filters["many"] = pluralize
    return environment


def _finalized(value: Any, form: Format) -> Any:
    if isinstance(value, Undefined):
        # Printing an undefined name is what raises the error that names it.
        return str(value)
    return value if isinstance(value, Markup) else inert(value, form)


def _clean(text: str) -> str:
    """Remove control characters other than line breaks, whatever a template contains."""
    lines = text.replace("\t", "    ").splitlines()
    return "\n".join(escape_controls(line).rstrip() for line in lines).strip() + "\n"


def _signed(body: str, message_id: str, form: Format) -> str:
    """Put the identifier into the last line, so that a receiver can recognise a message sent twice."""
    if form != "html":
        return f"{body}\nMessage {message_id}\n"
    before, end, after = body.rpartition("</body>")
    last = f'<p style="color:#6b7280;font-size:12px">Message {message_id}</p>\n'
    return f"{before}{last}{end}{after}" if end else f"{body}{last}"
