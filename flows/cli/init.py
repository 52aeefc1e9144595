"""`retier init`: write the two files of a new project."""

from __future__ import annotations

import os

import typer

from flows.cli.options import ProjectOption

EXAMPLE = "retier init --project customers"


def command(project: ProjectOption = None) -> None:
    """Write retier.yaml and policy.yaml, with comments, into a folder; existing files are never overwritten."""
    from flows.new_project import write_new_project
    from flows.settings import project_directory

    folder = project_directory(project, os.environ)
    for path in write_new_project(folder):
        typer.echo(f"wrote {path}")
    typer.echo("Next: map your data in retier.yaml, then run `retier check`.")
