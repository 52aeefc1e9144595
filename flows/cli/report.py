"""`retier report`: the report of a month as one HTML file."""

from __future__ import annotations

import os

import typer

from flows.cli.options import JsonOption, ProjectOption, PublishedMonthOption

EXAMPLE = "retier report --month 2026-10"


def command(month: PublishedMonthOption = None, as_json: JsonOption = False, project: ProjectOption = None) -> None:
    """Write the report of a month: one HTML file that needs no network, for screen, phone and paper."""
    from flows.cli.output import print_json
    from flows.report.write import write_report
    from flows.settings import load_project
    from transforms.month import Month

    path = write_report(load_project(project, os.environ), Month.parse(month) if month is not None else None)
    size = path.stat().st_size
    if as_json:
        print_json({"file": path, "bytes": size})
    else:
        typer.echo(f"{path} ({size / 1e6:z.1f} MB)")
