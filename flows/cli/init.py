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


def command(upgrade_policy: UpgradePolicyOption = False, project: ProjectOption = None) -> None:
    """Write retier.yaml and policy.yaml, with comments, into a folder; existing files are never overwritten."""
    from flows.new_project import write_new_project
    from flows.settings import project_directory

    if upgrade_policy:
        _upgrade_policy(project)
        return
    folder = project_directory(project, os.environ)
    for path in write_new_project(folder):
        typer.echo(f"wrote {path}")
    typer.echo("Next: map your data in retier.yaml, then run `retier check`.")


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
