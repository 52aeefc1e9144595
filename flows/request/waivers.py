"""Who waives a failed check or releases a held message, and why."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence

from expectations.finding import Waiver
from transforms.errors import WrongUseError


def waiver_of(checks: Sequence[str], author: str | None, reason: str | None, environ: Mapping[str, str]) -> Waiver:
    """Make the waiver of the checks that a person names.

    Args:
        checks: The names of the checks; empty waives nothing.
        author: Who waives them; None means ``RETIER_AUTHOR``, else the user who runs the process.
        reason: Why.
        environ: The environment.

    Raises:
        WrongUseError: If checks are named without a reason, or the author cannot be determined.
    """
    if not checks:
        return Waiver()
    if not (reason or "").strip():
        raise WrongUseError(f'--accept {checks[0]} needs a reason, which is kept with the check: add --reason "..."')
    return Waiver(tuple(checks), author_of(author, environ), str(reason).strip())


def author_of(author: str | None, environ: Mapping[str, str]) -> str:
    """Return who decides: the author given, else ``RETIER_AUTHOR``, else the user who runs the process.

    Raises:
        WrongUseError: If none of them is known.
    """
    named = (author or environ.get("RETIER_AUTHOR") or "").strip()
    try:
        return named or getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise WrongUseError("the author of this decision is unknown: add --author NAME") from error
