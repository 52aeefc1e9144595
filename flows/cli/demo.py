"""`retier demo`: sample data, and its months tiered one after the other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import JsonOption

EXAMPLE = "retier demo --project ./demo"


def command(
    project: Annotated[Path, typer.Option("--project", metavar="DIR", help="The folder to make.")] = Path("demo"),
    as_json: JsonOption = False,
) -> None:
    """Make a project with 24 months of sample data, tier all of them, and say what to query next."""
    from flows.cli.output import console, print_json
    from flows.cli.run import command_line, show_summary
    from flows.clock import now
    from flows.demo_project import make_demo_project
    from flows.progress import Bar, Part
    from flows.run_month import run_month
    from flows.settings import load_project

    started_at = now()
    with Bar(console(stderr=True)) as bar:
        bar.begin("Sample data", 1)
        bar.step("making it")
        months = make_demo_project(project, Part(bar, "sample data"))
        read = load_project(project, os.environ)
        bar.begin("Months", len(months))
        for month in months:
            bar.step(str(month))
            summary = run_month(
                read, month, known_until=started_at, progress=Part(bar, str(month)), command=command_line()
            )
    if as_json:
        print_json(summary)
        return
    show_summary(summary)
