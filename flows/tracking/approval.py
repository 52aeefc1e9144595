"""Approval of what was stopped or held: the run is suspended, and goes on when a person says why in Prefect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

from prefect import runtime, suspend_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from pydantic import Field

from expectations.finding import Acceptance
from transforms.errors import DataQualityError

Result = TypeVar("Result")

WAIT_SECONDS = 14 * 24 * 3600
"""How long a stopped run waits for a person: holidays included, and the next month's run comes after it."""


class Approval(RunInput):
    """What a person says who lets a month go on.

    Attributes:
        author: Who.
        reason: Why.
    """

    author: str = Field(min_length=1, pattern=r"\S", title="Your name", description="Kept with what you approve.")
    reason: str = Field(min_length=1, pattern=r"\S", title="Why it is right", description="Kept with what you approve.")


def with_approval(work: Callable[[Acceptance], Result], acceptance: Acceptance) -> Result:
    """Do the work of a month, and where a gate stops it, ask a person and do it again.

    A suspended run leaves its process; when it is resumed the flow begins from the start, comes to the same gate and
    finds the answer there.

    Args:
        work: The work, given the checks that are let pass.
        acceptance: Those that were let pass at the start.

    Returns:
        What the work gives.

    Raises:
        DataQualityError: If a gate stopped it and nobody can be asked, or the person's answer does not mend it.
    """
    try:
        return work(acceptance)
    except DataQualityError as stop:
        if not stop.checks:
            raise
        checks = (*acceptance.checks, *stop.checks)
        named = ", ".join(checks)
        approval = ask(str(stop), f"lets {named} pass, once, in your name", checks)
        if approval is None:
            raise
        get_run_logger().warning("%s let pass by %s: %s", named, approval.author, approval.reason)
        return work(Acceptance(checks, approval.author, approval.reason))


def ask(why: str, effect: str, about: Iterable[str]) -> Approval | None:
    """Suspend the run until a person approves; None where nobody can be asked, as the run has no deployment.

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
