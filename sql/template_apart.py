"""Renders templates that loop or compute in a process of their own, which ends when it takes too much.

One expression such as ``'x' * 10**12`` fills the memory of a machine, and no check of a template can foresee each that
does: so the operating system sets the limits, and they end nothing but that process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sql.template_text import FAILURES, Value, refuse_long, rendered

MOST_BYTES = 512 << 20
"""The memory of the process: fifty times the longest SQL that may come of it, beside 40 MB of its own."""

MOST_CPU_SECONDS = 3
"""Its time on a processor: a template that a person would write takes a thousandth of it."""

MOST_SECONDS = 60.0
"""Its time on the clock, for one that waits for a processor on a busy machine."""

_START = "import sys; sys.path.insert(0, sys.argv[1]); from sql.template_apart import main; main()"
_TOO_MUCH = f"it takes more than {MOST_BYTES >> 20} MiB of memory or {MOST_CPU_SECONDS} seconds to render"


class TooMuchError(ValueError):
    """A template takes more than it may."""


class FailedError(ValueError):
    """A template failed in its process.

    Attributes:
        lineno: The line in which it did; None if that is not known.
    """

    def __init__(self, reason: str, lineno: int | None) -> None:
        super().__init__(reason)
        self.lineno = lineno


def rendered_apart(template: str, values: Mapping[str, object]) -> tuple[str, list[Value]]:
    """Render a template in a process of its own; see :func:`sql.template_text.rendered`.

    Raises:
        TooMuchError: If it takes more time or memory than it may.
        FailedError: If it cannot be rendered.
    """
    command = [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[1])]
    given = json.dumps({"template": template, "values": _tagged(dict(values))})
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=MOST_SECONDS, encoding="utf-8")  # noqa: PLW1510
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # A process that was ended by a limit has answered nothing.
        raise TooMuchError(_TOO_MUCH) from error
    if "reason" in answer:
        raise FailedError(answer["reason"], answer["line"])
    return answer["text"], _untagged(answer["bound"])


def main() -> None:
    """Render what standard input says, within the limits, and write the result to standard output."""
    _limit()
    given = json.loads(sys.stdin.read())
    try:
        text, bound = rendered(given["template"], _untagged(given["values"]))
        answer = json.dumps({"text": text, "bound": _tagged(bound)})
        refuse_long(answer)
    except MemoryError:
        sys.exit(1)
    except FAILURES as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        answer = json.dumps({"reason": reason[:1000], "line": getattr(error, "lineno", None)})
    sys.stdout.write(answer)


def _limit() -> None:
    for kind, most in ((resource.RLIMIT_AS, MOST_BYTES), (resource.RLIMIT_CPU, MOST_CPU_SECONDS)):
        _, hard = resource.getrlimit(kind)
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Not every system has every limit; one that is lower already holds.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (lower, lower))


def _tagged(value: Any) -> Any:
    """Write a value, or lists and mappings of values, so that JSON keeps its type."""
    if isinstance(value, dict):
        return {"mapping": {key: _tagged(one) for key, one in value.items()}}
    if isinstance(value, list | tuple | set | frozenset):
        return [_tagged(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(one) for one in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "mapping":
        return {key: _untagged(one) for key, one in inner.items()}
    if kind == "decimal":
        return Decimal(inner)
    return (datetime if kind == "datetime" else date).fromisoformat(inner)
