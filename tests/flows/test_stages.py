"""The stages of a month: all of them are run, in their order, and progress counts them."""

from __future__ import annotations

from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from flows.stages import Stage, Stages
from tests.flows.options import options_of
from tests.flows.projects import JANUARY, healthy_tables, write_project


class Counting(Silent):
    """Progress that remembers what it was shown."""

    def __init__(self):
        self.steps = 0
        self.shown = []

    def begin(self, title, steps):
        self.steps = steps

    def step(self, doing):
        self.shown.append(doing)


def test_a_month_runs_every_stage_once_in_order_and_progress_counts_them(tmp_path):
    done, progress = [], Counting()

    class Recorded(Stages):
        def do(self, stage, work):
            done.append(stage)
            return super().do(stage, work)

    project = load_project(write_project(tmp_path, healthy_tables()), {})
    run_month(project, options_of(JANUARY), progress, stages_of=Recorded)

    assert done == list(Stage)
    assert progress.shown == [stage.title for stage in Stage]
    assert progress.steps == len(progress.shown)
