"""Whether silence has long said nothing: then the policy should not wait for it."""

from __future__ import annotations

from expectations.business.silence_suspended import silence_suspended
from flows.preflight.report import Problem
from flows.settings import Project
from flows.warehouse import reading
from sql.dialects import dialect_of
from sql.history import months_of_suspended_silence
from transforms.errors import RetierError
from transforms.month import Month
from transforms.policy import Policy


def warnings_of_silence(project: Project, policy: Policy, month: Month) -> list[Problem]:
    """Warn where silence was suspended in each of the last published months.

    Args:
        project: The project.
        policy: The policy in force in the month.
        month: The month, published or not.
    """
    if policy.silence is None:
        return []
    months = month.trailing(policy.silence.warning_months + 1)
    try:
        suspended = _suspended(project, months[0], months[-1])
    except RetierError as error:
        return [Problem("fail", error.exit_code, str(error))]
    newest = month if month in suspended else month - 1
    measures = silence_suspended(suspended, policy, newest)
    return [Problem("warn", 0, measure.message) for measure in measures if not measure.is_passed]


def _suspended(project: Project, first: Month, last: Month) -> frozenset[Month]:
    """Return the months in which silence was suspended; none in a warehouse whose rules did not know of silence."""
    # A check changes nothing, so a warehouse of an earlier version stays as it is.
    with reading(project, is_migrating=False) as connection:
        if connection is None:
            return frozenset()
        if ("account_tiers", "is_silence_suspended") not in dialect_of(connection).column_names(connection):
            return frozenset()
        return frozenset(months_of_suspended_silence(connection, first, last))
