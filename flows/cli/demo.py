"""`retier demo`: make sample data, and tier its months one after the other."""

from __future__ import annotations

import os
import shlex
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from flows.cli.options import JsonOption

EXAMPLE = "retier demo --project ./demo"

DemoProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The folder for the project.")]

AccountsOption = Annotated[
    int | None,
    typer.Option(
        "--accounts", min=0, help="How many accounts, besides those with a story.", show_default="some thousand"
    ),
]


def command(
    project: DemoProjectOption = Path("demo"), accounts: AccountsOption = None, as_json: JsonOption = False
) -> None:
    """Make a project with 24 months of sample data, tier them, write the report, and suggest what to query next."""
    from flows.backfill.backfill import backfill
    from flows.cli.output import console, jsonable, print_json
    from flows.cli.run import command_line, show_summary
    from flows.clock import now
    from flows.demo_project import make_demo_project
    from flows.pages import write_or_warn
    from flows.progress import Bar
    from flows.report.write import report_path, write_report
    from flows.request.options import RunOptions
    from flows.settings import load_project
    from flows.writing import writing
    from transforms.sample import ACCOUNTS

    started_at = now()
    # Importing Great Expectations takes seconds, so it happens while the sample data are made.
    Thread(target=import_module, args=("expectations.judge",), daemon=True).start()
    # The demo must never be published into a real warehouse.
    environ = {name: value for name, value in os.environ.items() if name != "RETIER_WAREHOUSE"}
    with Bar(console(stderr=True)) as bar:
        months = make_demo_project(project, bar, ACCOUNTS if accounts is None else accounts)
        read = load_project(project, environ)
        options = RunOptions(
            first=months[0],
            last=months[-1],
            known_until=started_at,
            command=command_line(),
            started_as="backfill",
            reason="the first months of the demo",
        )
        with writing(read, "demo") as writer:
            done = backfill(read, options, bar, writer)
    report = project / report_path(read, months[-1]).relative_to(read.directory)
    remedy = f"retier report --project {shlex.quote(str(project))} writes it"
    missing = write_or_warn(partial(write_report, read, months[-1]), "the report is missing", remedy)
    summary = done.months[-1].with_warnings([*done.warnings, *missing])
    if as_json:
        print_json(jsonable(summary) | {"report": None if missing else str(report)})
    else:
        show_summary(summary)
        _show_what_next(project, f"{months[0]} to {months[-1]}", report)


def _show_what_next(project: Path, months: str, report: Path) -> None:
    from transforms.sample import STORIES

    folder = shlex.quote(str(project))
    file = project / "retier.duckdb"
    typer.echo(f"""
The months {months} are in {file}, the report of the last one is {report}. What next:
  retier status --project {folder}
  retier explain {STORIES[0].account_id} --project {folder}
  retier capacity --project {folder}
  retier criteria --audience customer --project {folder}
or in SQL, from Python:
  import duckdb
  duckdb.connect({str(file)!r}, read_only=True).sql("from retier.retier.tiers_current limit 10").show()
  duckdb.connect({str(file)!r}, read_only=True).sql("from retier.retier.portfolio_by_month").show()
Accounts with a story: {", ".join(story.account_id for story in STORIES)}""")
