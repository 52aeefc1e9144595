"""Renders the template of a kit into plain SQL, which a person can read and a project can take over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, meta

from sql.sources.text import literal
from sql.vendors.kit import TEMPLATES
from sql.vendors.settings import KitInUse
from sql.vendors.tables import FoundTable, Landed
from transforms.errors import RetierError

MONTHS = ("month_start", "month_end")
"""The variables of a query that is run for each month; the rendered SQL has them as variables, too."""

REASON, COUNT = "reason", "rows_left_out"
"""The columns of the query that counts what a kit leaves out."""


class KitQuery:
    """The query of one source over one vendor's tables, as this project has them.

    Attributes:
        tables: Every table that the query reads, as it was found; filled once it is rendered.
    """

    def __init__(self, use: KitInUse, source: str, project: Path) -> None:
        self.tables: list[FoundTable] = []
        self._use, self._source = use, source
        self._project = project
        self._landed: Landed | None = None

    @property
    def is_by_month(self) -> bool:
        """Whether it is run for each month; known without looking at the tables."""
        text = self._use.kit.template(self._source)
        return bool(meta.find_undeclared_variables(_environment().parse(text)) & set(MONTHS))

    def rows(self) -> str:
        """Return SQL that returns the source's rows.

        Raises:
            RetierError: If a table that the kit cannot do without is not there.
        """
        return self._rendered(is_count=False)

    def left_out(self) -> str:
        """Return SQL that counts what the rows leave out: ``reason`` and ``rows_left_out``.

        Raises:
            RetierError: If a table that the kit cannot do without is not there.
        """
        return self._rendered(is_count=True)

    def files(self) -> tuple[Path, ...]:
        """Return the files of the tables that the rendered SQL reads; none where they are in a database."""
        return tuple(file for table in self.tables if table.place is not None for file in table.place.files)

    def _rendered(self, *, is_count: bool) -> str:
        environment = _environment()
        environment.globals |= {
            "tables": self._expressions,
            "has": self._is_landed,
            "words": _words,
            "options": self._use.settings.options,
            "is_count": is_count,
            **{name: f"{{{{ {name} }}}}" for name in MONTHS},
        }
        try:
            return environment.get_template(f"{self._use.vendor}/{self._source}.sql").render().strip() + "\n"
        except RetierError as error:
            raise type(error)(f"{self._source}: {error}") from error

    def _tables(self) -> Landed:
        if self._landed is None:
            self._landed = Landed(self._use.kit, self._use.settings, self._project)
        return self._landed

    def _expressions(self, *names: str) -> str:
        self.tables = [self._tables().table(name) for name in names]
        return ",\n\n".join(self._tables().expression(name) for name in names)

    def _is_landed(self, name: str) -> bool:
        """Return whether a table, or a column as ``table.column``, is there."""
        table, _, column = name.partition(".")
        found = self._tables().table(table)
        return found.place is not None and (not column or found.columns[column] is not None)


def _environment() -> Environment:
    # SQL is no HTML. Nothing of a user is rendered but validated options, names and paths, each quoted.
    return Environment(
        loader=FunctionLoader(_load), undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def _load(name: str) -> str | None:
    file = TEMPLATES.joinpath(*name.split("/"))
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _words(words: Iterable[Any]) -> str:
    """Write words as a list of SQL that is never empty, as ``in`` demands."""
    return "(" + (", ".join(literal(str(word)) for word in words) or "null") + ")"
