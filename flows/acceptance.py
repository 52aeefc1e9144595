"""Who lets which broken checks pass, and why."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence

from expectations.finding import Acceptance
from transforms.errors import WrongUseError


def acceptance(checks: Sequence[str], author: str | None, reason: str | None, environ: Mapping[str, str]) -> Acceptance:
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
        return Acceptance()
    if not (reason or "").strip():
        raise WrongUseError(f'--accept {checks[0]} needs a reason, which is kept with the check: add --reason "..."')
    return Acceptance(tuple(checks), author or environ.get("RETIER_AUTHOR") or _user(), str(reason).strip())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise WrongUseError("nobody can be named who lets the check pass: add --author NAME") from error
