"""How a person lets failed checks pass: the command or the flow of the run, once more, with the checks named."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from flows.request.options import RunOptions
from transforms.month import Month


def acceptance(options: RunOptions, month: Month, checks: Iterable[str]) -> str:
    """Return what to run so that failed checks pass, as the end of a sentence.

    Args:
        options: The options of the run that was stopped.
        month: The month in which it was stopped; those before it are done.
        checks: The failed checks; what the run already waived must be named again.
    """
    names = list(dict.fromkeys([*options.waiver_for(month).checks, *checks]))
    last = max(month, options.last)
    if options.started_as == "flow":
        parameters = [("month", month)] if options.first == options.last else [("first", month), ("last", last)]
        written = ", ".join(f'{name}="{value}"' for name, value in parameters)
        listed = ", ".join(f'"{name}"' for name in names)
        written += ", is_adopting=true" if options.is_adopting else ""
        sentence = f'run the flow again with the parameters {written}, accept=[{listed}] and reason="..."'
    else:
        sentence = shlex.join(["retier", options.started_as, *_arguments(options, month, last)])
        sentence += "".join(f" --accept {name}" for name in names) + ' --reason "..."'
    if last > month:
        sentence += f", which waives them in each month from {month} to {last}"
    return sentence


def _arguments(options: RunOptions, month: Month, last: Month) -> list[str]:
    """Return the arguments that name the month and change what is computed."""
    known = [] if options.known_at is None else ["--known-at", options.known_at]
    if options.started_as == "run":
        return ["--month", str(month), *known, *(["--adopt-state"] if options.is_adopting else [])]
    switches = {
        "--force": options.is_forced,
        "--no-cascade": not options.is_cascading,
        "--notify": options.is_notifying,
    }
    return ["--from", str(month), "--to", str(last), *(name for name, is_set in switches.items() if is_set), *known]
