"""What the kits of vendors found: rows, what they leave out and why, and what is not among the vendor's tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.preflight.report import ItemsLeftOut, KitReport
from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.templates import name_of_kit
from sql.vendors.counts import left_out
from sql.vendors.kit import Kit
from sql.vendors.settings import KitInUse
from sql.vendors.tables import FoundTable
from transforms.month import Month


def kit_report(use: KitInUse, source: Source, place: Place, month: Month) -> KitReport:
    """Count what the kit of a vendor makes rows of, and what it leaves out.

    Args:
        use: The kit.
        source: The source, whose rows have been read.
        place: The project, and a folder for what is read.
        month: For a query by month: the month.

    Raises:
        RetierError: If a table is not there, or the database cannot be reached or refuses the query.
    """
    kit = use.kit
    found = left_out(use, source.table.name, place.project, place.staging, month)
    items = (
        ItemsLeftOut(reason, count, _message(kit, reason, count)) for reason, count in found.reasons.items() if count
    )
    return KitReport(use.vendor, source.rows_of(name_of_kit(use)), tuple(items), tuple(_not_landed(kit, found.tables)))


def _message(kit: Kit, reason: str, count: int) -> str:
    about = kit.reasons[reason]
    return about.sentence(count) + (f": {about.to_do}" if about.to_do else "")


def _not_landed(kit: Kit, tables: Iterable[FoundTable]) -> Iterator[str]:
    """Yield a sentence for each lack that means something, and one for all others."""
    others: list[str] = []
    for found in tables:
        about = kit.tables[found.name]
        lacks = {found.name: about.without} if found.place is None else {}
        lacks |= {f"{found.name}.{column}": about.columns[column].without for column in found.missing}
        for name, meaning in lacks.items():
            if meaning is None:
                others.append(name)
            else:
                yield f"{name} is not landed: {meaning}"
    if others:
        yield f"{', '.join(others)} {'is' if len(others) == 1 else 'are'} not landed, and read as null"
