"""How the command line reports an error: one plain sentence on stderr, and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from typer.exceptions import TyperException

from transforms.errors import RetierError
from transforms.passwords import without_password

INTERRUPTED = 130

_QUERY_INTERRUPTED = "Query interrupted"
"""DuckDB's error for the interrupt signal while a query runs."""


def answer(work: Callable[[], object], *, is_debugging: bool) -> int:
    """Do the work of a command.

    Args:
        work: The work; it may return an exit code.
        is_debugging: Whether the traceback of an error is shown before its sentence.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use, 3 stopped by a gate, 4 busy, 130 interrupted.
    """
    try:
        result = work()
    except RetierError as error:
        return _report(str(error), error.exit_code, is_debugging=is_debugging)
    except TyperException as error:
        return _report(_usage(error), error.exit_code, is_debugging=is_debugging)
    except KeyboardInterrupt:
        result = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever the error, a stranger sees a sentence and no traceback
        if _QUERY_INTERRUPTED in str(error):
            return _report("interrupted", INTERRUPTED, is_debugging=False)
        what = str(error) or "no message"
        hint = "" if is_debugging else " (the same command with --debug shows where)"
        return _report(f"unexpected {type(error).__name__}: {what}{hint}", 1, is_debugging=is_debugging)
    if result == INTERRUPTED:
        return _report("interrupted", INTERRUPTED, is_debugging=False)
    return result if isinstance(result, int) else 0


def _report(sentence: str, exit_code: int, *, is_debugging: bool) -> int:
    if is_debugging:
        _print(traceback.format_exc().rstrip())
    _print(f"retier: {' '.join(sentence.split())}")
    return exit_code


def _print(text: str) -> None:
    print(without_password(text), file=sys.stderr)  # noqa: T201 - the one place for errors


def _usage(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    sentence = error.format_message().rstrip(".")
    sentence = sentence[:1].lower() + sentence[1:]
    return f"{sentence}; see `{context.command_path} --help`" if context else sentence
