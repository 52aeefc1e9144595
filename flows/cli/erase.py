"""`retier erase`: pseudonymise an account everywhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import JsonOption, ProjectOption

if TYPE_CHECKING:
    from flows.erase.account import Summary

EXAMPLE = 'retier erase a-1042 --reason "request of 3 May, ticket 77"'

AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.", show_default=False)]
ErasureReasonOption = Annotated[
    str, typer.Option("--reason", help="Why; kept in the record of the erasure.", show_default=False)
]
YesOption = Annotated[bool, typer.Option("--yes", help="Erase without asking.")]


def command(
    account: AccountArgument,
    reason: ErasureReasonOption,
    yes: YesOption = False,
    as_json: JsonOption = False,
    project: ProjectOption = None,
) -> None:
    """Replace an account by a pseudonym in every table and file; this cannot be undone."""
    from flows.cli.output import print_json
    from flows.erase.account import erase_account, find_account
    from flows.settings import load_project
    from transforms.errors import WrongUseError

    if not reason.strip():
        raise WrongUseError('an erasure needs a reason, which is kept in its record: add --reason "..."')
    read = load_project(project, os.environ)
    erasure = find_account(read, account)
    if not yes:
        _ask(account, " or ".join(erasure.names))
    summary = erase_account(read, erasure, reason)
    if as_json:
        print_json(summary)
    else:
        _show(summary)


def _ask(account: str, names: str) -> None:
    from flows.escaping import escape_controls
    from transforms.errors import WrongUseError

    if not sys.stdin.isatty():
        raise WrongUseError(
            "an erasure cannot be undone, and without a terminal nobody can confirm it: add --yes to erase"
        )
    called = f" ({names})" if names else ""
    question = (
        f"Erase account {escape_controls(account)}{escape_controls(called)} from every table and file? "
        "This cannot be undone"
    )
    if not typer.confirm(question, err=True):
        raise WrongUseError("nothing was erased: answer y, or add --yes, to erase")


def _show(summary: Summary) -> None:
    from flows.escaping import escape_controls
    from transforms.plurals import pluralize

    if summary.rows:
        typer.echo(f"Erased: {summary.pseudonym} stands for the account from now on")
    else:
        typer.echo("No published row named the account")
    for table, rows in summary.rows.items():
        typer.echo(f"  {table}: {pluralize(rows, 'row')}")
    typer.echo(f"  files: {pluralize(summary.pages_rewritten, 'page')} rewritten")
    typer.echo(f"  fact store: {pluralize(summary.caches_removed, 'file')} removed; they are made again when needed")
    for warning in summary.warnings:
        typer.echo(f"  warning: {escape_controls(warning)}")
    typer.echo(
        "Next: delete the account in your sources and backups too; months that are computed again read the sources. "
        "The database may keep erased rows readable on disk until it reuses their space: docs/erase.md says how to "
        "rewrite it."
    )
