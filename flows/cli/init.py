"""`retier init`: write the two files of a new project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import ProjectOption

EXAMPLE = "retier init --project customers"


UpgradePolicyOption = Annotated[
    bool,
    typer.Option(
        "--upgrade-policy",
        help="Bring the policy of a former version up to date, as policy.new.yaml beside it, instead.",
    ),
]


WithOption = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar="VENDORS",
        help="Map the sources that the kits of these vendors make: stripe,zendesk,salesforce,hubspot,segment.",
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="With --with: the database that holds their tables."),
]
FilesOption = Annotated[
    str | None,
    typer.Option("--files", metavar="DIR", help="With --with: the folder that holds a folder for each vendor (data)."),
]
SchemaOption = Annotated[
    list[str] | None,
    typer.Option("--schema", metavar="VENDOR=SCHEMA", help="With --database: a schema not called like its vendor."),
]
EjectOption = Annotated[
    str | None,
    typer.Option(
        "--eject",
        metavar="VENDOR[.SOURCE]",
        help="Take the queries of a kit over into the project, as SQL to be changed, instead.",
    ),
]


def command(
    vendors: WithOption = None,
    database: DatabaseOption = None,
    files: FilesOption = None,
    schema: SchemaOption = None,
    eject: EjectOption = None,
    upgrade_policy: UpgradePolicyOption = False,
    project: ProjectOption = None,
) -> None:
    """Write retier.yaml and policy.yaml, with comments, into a folder; existing files are never overwritten."""
    from flows.new_project import write_new_project
    from flows.settings import project_directory
    from flows.vendors.chosen import chosen
    from transforms.errors import WrongUseError

    if sum([vendors is not None, eject is not None, upgrade_policy]) > 1:
        raise WrongUseError("--with, --eject and --upgrade-policy exclude each other: run one after the other")
    if vendors is None and (database or files or schema):
        raise WrongUseError("--database, --files and --schema go with --with: name the vendors, too")
    if upgrade_policy:
        _upgrade_policy(project)
    elif eject is not None:
        _eject(eject, project)
    else:
        these = None if vendors is None else chosen(vendors, database, files, schema or [])
        for path in write_new_project(project_directory(project, os.environ), these):
            typer.echo(f"wrote {path}")
        typer.echo("Next: map your data in retier.yaml, then run `retier check`.")


def _eject(named: str, project: Path | None) -> None:
    from flows.settings import load_project
    from flows.vendors.eject import eject

    for path in eject(load_project(project, os.environ), named):
        typer.echo(f"wrote {path}")
    typer.echo("Next: change the queries as you like, then run `retier check`.")


def _upgrade_policy(project: Path | None) -> None:
    from flows.settings import policy_path, upgrade_policy_file

    path = policy_path(project, os.environ)
    target, upgrade = upgrade_policy_file(path, os.environ)
    typer.echo(f"wrote {target}")
    for phrase in upgrade.done:
        typer.echo(f"  {phrase}")
    typer.echo("To decide:" if upgrade.to_decide else "Nothing is left to decide.")
    for sentence in upgrade.to_decide:
        typer.echo(f"  {sentence}")
    typer.echo(f"Next: read {target.name}, move it to {path.name}, then run `retier check`.")
