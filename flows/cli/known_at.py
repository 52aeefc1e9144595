"""`--known-at DATE`: compute a month with only the rows that were known by the end of a day."""

from __future__ import annotations

from typing import Annotated

import typer

KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="YYYY-MM-DD",
        help="Use only rows known by the end of this day (UTC), in sources with known_at; without it all rows.",
        show_default=False,
    ),
]
