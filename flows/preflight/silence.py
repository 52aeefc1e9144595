"""Whether silence has long said nothing: then the policy should not wait for it."""

from __future__ import annotations

from expectations.business.silence_suspended import silence_suspended
from flows.inputs.history import published_history
from flows.preflight.report import Problem
from flows.settings import Project
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
        suspended = published_history(project, months, policy).suspended
    except RetierError as error:
        return [Problem("fail", error.exit_code, str(error))]
    newest = month if month in suspended else month - 1
    measures = silence_suspended(suspended, policy, newest)
    return [Problem("warn", 0, measure.message) for measure in measures if not measure.is_passed]
