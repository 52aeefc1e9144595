"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="DIR",
        help="The project's folder; without it RETIER_PROJECT, else the current folder.",
        show_default=False,
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

MonthOption = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", show_default=False)]
