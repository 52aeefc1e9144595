"""Gates: where a month stops because a check is broken that nobody let pass."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.finding import Finding
from transforms.errors import DataQualityError
from transforms.month import Month

_SHOWN = 5


def refuse_broken(findings: Iterable[Finding], month: Month) -> None:
    """Stop the month at its broken checks of severity ``fail``.

    Raises:
        DataQualityError: If there are any; its sentence tells each of them and what can be done.
    """
    broken = [found for found in findings if found.stops]
    if not broken:
        return
    told = "; ".join(f"{found.check}: {found.message}" for found in broken[:_SHOWN])
    more = f"; and {len(broken) - _SHOWN:,} more, see check_results" if len(broken) > _SHOWN else ""
    accepted = " ".join(f"--accept {found.check}" for found in broken[:_SHOWN])
    checks = "1 check is" if len(broken) == 1 else f"{len(broken):,} checks are"
    raise DataQualityError(
        f"{month} was stopped and nothing of it changed: {checks} broken: {told}{more}. If it is right all the same: "
        f'retier run --month {month} {accepted} --reason "..."',
        checks=[found.check for found in broken],
    )
