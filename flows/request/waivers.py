"""Who lets pass what was stopped or held, and why."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence

from expectations.finding import Waiver
from transforms.errors import WrongUseError


def acceptance(checks: Sequence[str], author: str | None, reason: str | None, environ: Mapping[str, str]) -> Waiver:
    """Take what a person says of broken checks.

    Args:
        checks: The names of the checks; none lets nothing pass.
        author: Who says so; None means ``RETIER_AUTHOR``, else the user who runs the process.
        reason: Why.
        environ: The environment.

    Raises:
        WrongUseError: If checks are to be let pass without a reason, or nobody can be named.
    """
    if not checks:
        return Waiver()
    if not (reason or "").strip():
        raise WrongUseError(f'--accept {checks[0]} needs a reason, which is kept with the check: add --reason "..."')
    return Waiver(tuple(checks), author_of(author, environ), str(reason).strip())


def author_of(author: str | None, environ: Mapping[str, str]) -> str:
    """Name the person who decides: as given, else ``RETIER_AUTHOR``, else the user who runs the process.

    Raises:
        WrongUseError: If nobody can be named.
    """
    named = (author or environ.get("RETIER_AUTHOR") or "").strip()
    try:
        return named or getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise WrongUseError("nobody can be named who decides that: add --author NAME") from error
