"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Audience(StrEnum):
    """Whom a text is written for."""

    internal = "internal"
    customer = "customer"


AudienceOption = Annotated[Audience, typer.Option("--audience", help="For colleagues, or for customers.")]

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

MonthOption = Annotated[
    str | None,
    typer.Option("--month", metavar="YYYY-MM", help="A month; without it the last complete one.", show_default=False),
]

PublishedMonthOption = Annotated[
    str | None,
    typer.Option(
        "--month", metavar="YYYY-MM", help="A month; without it the newest published one.", show_default=False
    ),
]
