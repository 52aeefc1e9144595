"""`--known-at DATE`: a month as it would have been computed with what was known by the end of a day."""

from __future__ import annotations

from typing import Annotated

import typer

KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="YYYY-MM-DD",
        help="Use only rows that were known by the end of this day (UTC), of sources that say when; without it all.",
        show_default=False,
    ),
]
