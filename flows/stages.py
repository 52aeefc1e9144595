"""The stages of a month, done one after the other where whoever watches can see them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flows.progress import Progress
from transforms.month import Month

Result = TypeVar("Result")


class StageIO(StrEnum):
    """What a stage touches: only what reaches outside can fail today and work in a minute."""

    computing = "computing"
    reading = "reading"
    publishing = "publishing"


class Stages:
    """Does each stage at once, and tells its name before.

    Attributes:
        progress: Who is told.
        month: The month.
    """

    def __init__(self, progress: Progress, month: Month) -> None:
        self.progress, self.month = progress, month

    def do(self, name: str, work: Callable[[], Result], reach: StageIO = StageIO.computing) -> Result:  # noqa: ARG002
        """Do a stage.

        Args:
            name: What it does, in a few words.
            work: The stage; where it reaches outside, it may be done again after it failed.
            reach: What it touches.

        Returns:
            What the work gives.
        """
        self.progress.step(name)
        return work()
