"""The command `retier`. The modules of its commands import little, so that `--help` answers at once."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.cli import (
    backfill,
    capacity,
    check,
    criteria,
    demo,
    diff,
    erase,
    explain,
    init,
    notify,
    quarantine,
    report,
    run,
    status,
)
from flows.cli.errors import answer

_COMMANDS = {
    "demo": demo,
    "init": init,
    "check": check,
    "run": run,
    "backfill": backfill,
    "explain": explain,
    "capacity": capacity,
    "report": report,
    "quarantine": quarantine,
    "diff": diff,
    "erase": erase,
    "notify": notify,
    "status": status,
    "criteria": criteria,
}


class _Group(TyperGroup):
    """Answers every error with one sentence and its exit code; accepts `--debug` anywhere in the line."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - every error is answered here, never by Typer
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and end the process with its exit code."""
        line, is_debugging = _without_debug(list(sys.argv[1:] if args is None else args))
        _print_what_cannot_be_encoded_as_escapes()
        main_of_typer = super().main

        def work() -> object:
            return main_of_typer(
                line, prog_name, complete_var, standalone_mode=False, windows_expand_args=windows_expand_args, **extra
            )

        sys.exit(answer(work, is_debugging=is_debugging))


def _without_debug(line: list[str]) -> tuple[list[str], bool]:
    end = line.index("--") if "--" in line else len(line)
    options = [word for word in line[:end] if word != "--debug"]
    return options + line[end:], len(options) < end


def _print_what_cannot_be_encoded_as_escapes() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from flows.version import retier_version

        typer.echo(f"retier {retier_version()}")
        raise typer.Exit


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    invoke_without_command=True,
    rich_markup_mode="rich",
    help="Re-tier a SaaS company's customers every month, and explain each customer's tier.",
    epilog="Start with: retier demo. Exit codes: 0 done, 1 failed, 2 wrong use, 3 stopped by a data-quality gate, "
    "4 busy, 130 interrupted.",
)


@app.callback()
def _root(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
    _debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; accepted anywhere in the line.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for _name, _module in _COMMANDS.items():
    app.command(_name, epilog=f"Example: {_module.EXAMPLE}")(_module.command)


def main() -> None:
    """Run the command line and end the process."""
    # SQLAlchemy logs a broken connection; the error that follows already reports it.
    logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())
    app(prog_name="retier")
