"""Approval of what was stopped or held: the run is suspended, and resumes when a person gives a reason in Prefect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

from prefect import runtime, suspend_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from pydantic import Field

from expectations.finding import Waiver
from expectations.gate import FailedChecksError
from flows.request.options import RunOptions

Result = TypeVar("Result")

WAIT_SECONDS = 14 * 24 * 3600
"""How long a stopped run waits for a person: long enough for a holiday, and ended before the next month's run."""


class Approval(RunInput):
    """What a person says who approves.

    Attributes:
        author: Who.
        reason: Why.
    """

    author: str = Field(min_length=1, pattern=r"\S", title="Your name", description="Kept with what you approve.")
    reason: str = Field(min_length=1, pattern=r"\S", title="Why it is right", description="Kept with what you approve.")


def with_approval(work: Callable[[RunOptions], Result], options: RunOptions) -> Result:
    """Do the work of a run; where a gate stops a month, ask a person about that month and do the work again.

    A suspended run leaves its process. When it is resumed, the flow starts from the beginning, reaches the same gates
    and finds the answers there. An answer is for one month: the same failed check in a later month asks again.

    Args:
        work: The work, which takes the options with everything approved so far.
        options: The options that the run was started with.

    Returns:
        What the work returns.

    Raises:
        DataQualityError: If a gate stopped a month and nobody can be asked, or the same check stays broken after the
            answer.
    """
    while True:
        try:
            return work(options)
        except FailedChecksError as stop:
            waived = options.waiver_for(stop.month).checks
            if set(stop.checks) <= set(waived):
                raise
            checks = (*waived, *stop.checks)
            named = ", ".join(checks)
            effect = f"waives {named} in {stop.month}, once, in your name"
            approval = ask(str(stop), effect, [str(stop.month), *checks])
            if approval is None:
                raise
            get_run_logger().warning("%s waived in %s by %s: %s", named, stop.month, approval.author, approval.reason)
            options = options.approve(stop.month, Waiver(checks, approval.author, approval.reason))


def ask(why: str, effect: str, about: Iterable[str]) -> Approval | None:
    """Suspend the run until a person approves; return None where nobody can be asked, as the run has no deployment.

    Args:
        why: What was stopped or held, as a sentence.
        effect: What resuming the run does, as the end of a sentence.
        about: What exactly is approved: a later stop for something else asks again.
    """
    if not runtime.deployment.id:
        return None
    get_run_logger().error("%s. To approve it, resume this run with your name and reason.", why.rstrip("."))
    key = hashlib.sha256("\n".join(sorted(about)).encode()).hexdigest()[:12]
    form = Approval.with_initial_data(description=f"{why}\n\nResuming {effect}.")
    given = suspend_flow_run(wait_for_input=form, timeout=WAIT_SECONDS, key=key)
    return Approval(author=given.author.strip(), reason=given.reason.strip())
