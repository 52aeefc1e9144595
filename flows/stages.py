"""The stages of a month: what each is called, what it touches, and how it is run."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum
from typing import TypeVar

from flows.progress import Progress
from transforms.month import Month

Result = TypeVar("Result")


class StageIO(StrEnum):
    """What a stage touches: only a stage that reaches outside the process can fail now and succeed a minute later."""

    computing = "computing"
    reading = "reading"
    publishing = "publishing"


class Stage(Enum):
    """The stages of a month, in the order in which they run.

    Attributes:
        title: What the stage does, in a few words.
        io: What it touches.
    """

    published = "reading what is published", StageIO.reading
    sources = "reading sources", StageIO.reading
    judged_sources = "judging sources", StageIO.reading
    features = "facts and metrics", StageIO.reading
    scores = "scores", StageIO.computing
    tiers = "tiers", StageIO.computing
    segments = "segments", StageIO.computing
    plan = "plan and owners", StageIO.computing
    changes = "actions and changes", StageIO.computing
    judged_results = "judging results", StageIO.computing
    publishing = "publishing", StageIO.publishing

    def __init__(self, title: str, io: StageIO) -> None:
        self.title, self.io = title, io


class Stages:
    """Runs each stage at once, after showing its title.

    Attributes:
        progress: Where progress is shown.
        month: The month.
    """

    def __init__(self, progress: Progress, month: Month) -> None:
        self.progress, self.month = progress, month

    def do(self, stage: Stage, work: Callable[[], Result]) -> Result:
        """Run a stage.

        Args:
            stage: The stage.
            work: Its work; where the stage reaches outside the process, it may be repeated after a failure.

        Returns:
            What the work returns.
        """
        self.progress.step(stage.title)
        return work()


StagesOf = Callable[[Progress, Month], Stages]
"""Makes the stages of a month."""
