"""The templates of a source: its own, or those of the kits of its vendors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sql.render import Statement, render, variables
from sql.sources.asked import Query
from sql.sources.spec import SourceSpec
from sql.vendors.render import MONTHS, KitQuery
from sql.vendors.settings import KitInUse
from transforms.contracts import Table
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month

_TEMPLATE_ENDINGS = (".sql", ".sql.j2")
# No file's folder starts like this.
_FOLDER = "_query"


@dataclass(frozen=True, slots=True)
class TemplateQuery:
    """A query that is rendered from a template.

    Attributes:
        query: Its name, and where it runs.
        text: Returns the template, which may have to look at tables for that.
        is_by_month: Whether it is run for each month.
        folder: What the folders of its results start with.
        also: Returns the files that the template names, which it may read wherever they are; asked once it is rendered.
    """

    query: Query
    text: Callable[[], str]
    is_by_month: bool
    folder: str
    also: Callable[[], tuple[Path, ...]] = tuple

    def statement(self, month: Month | None) -> tuple[Statement, Query]:
        """Render it.

        Args:
            month: The month to read; None for all rows.

        Returns:
            The statement, and the query with the name that it has for this month.

        Raises:
            RetierError: If a table that a kit needs is not there.
            WrongUseError: If the template cannot be rendered.
        """
        query = self.query if month is None else self.query.for_month(month)
        values = {} if month is None else {"month_start": month.first_day, "month_end": (month + 1).first_day}
        statement = render(self.text(), values, self.query.name)
        return statement, replace(query, also=self.also())


def query_of_sql(table: Table, spec: SourceSpec, project: Path) -> TemplateQuery:
    """Return the query that a source is mapped by.

    Raises:
        RetierError: If its template cannot be read.
        WrongUseError: If it is no template, or by month for a source that is not read by month.
    """
    template, name = template_of(table.name, spec, project)
    is_by_month = _is_by_month(template, name, table)
    query = Query(table.name, name, spec.database, files=spec.files)
    return TemplateQuery(query, lambda: template, is_by_month, _FOLDER)


def query_of_kit(table: Table, use: KitInUse, project: Path) -> TemplateQuery:
    """Return the query of a vendor's kit for a source; its tables are looked at when it is first rendered."""
    made = KitQuery(use, table.name, project)
    folder = f"{_FOLDER}-{use.vendor}"
    return TemplateQuery(described(use, table.name), cache(made.rows), made.is_by_month, folder, made.files)


def described(use: KitInUse, source: str) -> Query:
    """Describe the query of a kit: its name, where it runs, and what to do where a database refuses it."""
    remedy = (
        f"compare its tables with vendors.{use.vendor} in retier.yaml, or take the query over with "
        f"`retier init --eject {use.vendor}.{source}`"
    )
    return Query(source, name_of_kit(use), use.settings.database, remedy)


def name_of_kit(use: KitInUse) -> str:
    """Return how a kit is called in messages."""
    return f"the kit for {use.vendor}"


def template_of(source: str, spec: SourceSpec, project: Path) -> tuple[str, str]:
    """Return a source's template, and its name in messages.

    Raises:
        RetierError: If it is a file that cannot be read.
    """
    written = str(spec.sql).strip()
    if "\n" in written or not written.endswith(_TEMPLATE_ENDINGS):
        return written, f"the query of sources.{source}"
    try:
        return (project / written).read_text(encoding="utf-8-sig"), written
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RetierError(
            f"{source}: the template {written} cannot be read in {project} ({reason}): "
            f"put it there, or fix sql of sources.{source} in retier.yaml"
        ) from error


def _is_by_month(template: str, name: str, table: Table) -> bool:
    named = variables(template, name) & set(MONTHS)
    if named and table.event_time is None:
        raise WrongUseError(
            f"{name} uses {' and '.join(sorted(named))}, but {table.name} are not read by month: return all rows"
        )
    return bool(named)
