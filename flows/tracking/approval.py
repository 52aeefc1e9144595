"""Approval of what was stopped or held: the run is suspended, and goes on when a person says why in Prefect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from prefect import runtime, suspend_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from pydantic import Field

from expectations.finding import Waiver
from expectations.gate import BrokenChecksError
from transforms.month import Month

Result = TypeVar("Result")
Approved: TypeAlias = Mapping[Month, Waiver]

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


def with_approval(work: Callable[[Approved], Result], acceptance: Waiver) -> Result:
    """Do the work of months; where a gate stops one, ask a person about that month and do the work again.

    A suspended run leaves its process; when it is resumed the flow begins from the start, comes to the same gates and
    finds the answers there. An answer is for one month: a later one with the same broken check asks again.

    Args:
        work: The work, given what was approved, by month.
        acceptance: The checks that were let pass at the start, in every month.

    Returns:
        What the work gives.

    Raises:
        DataQualityError: If a gate stopped it and nobody can be asked, or the person's answer does not fix it.
    """
    approved: dict[Month, Waiver] = {}
    while True:
        try:
            return work(MappingProxyType(approved))
        except BrokenChecksError as stop:
            passed = approved.get(stop.month, acceptance).checks
            if set(stop.checks) <= set(passed):
                raise
            checks = (*passed, *stop.checks)
            named = ", ".join(checks)
            effect = f"lets {named} pass in {stop.month}, once, in your name"
            approval = ask(str(stop), effect, [str(stop.month), *checks])
            if approval is None:
                raise
            get_run_logger().warning("%s let pass in %s by %s: %s", named, stop.month, approval.author, approval.reason)
            approved[stop.month] = Waiver(checks, approval.author, approval.reason)


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
