"""What a command was asked reaches the run through the parameters of the flow."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from prefect.logging import disable_run_logger

from flows import orchestration
from flows.cli import run, tracking
from flows.progress import Silent
from flows.settings import load_project
from flows.tracking.caller import called_by
from tests.flows.options import options_of
from tests.flows.projects import JANUARY, healthy_tables, write_project


@pytest.fixture
def tracked_run(tmp_path, monkeypatch):
    """Run a command as a flow without a server, and return the options that its work is done by."""
    project = load_project(write_project(tmp_path, healthy_tables()), {})
    done = []
    monkeypatch.setattr(tracking, "tracked", lambda progress, command: called_by(progress, command, print))
    monkeypatch.setattr(orchestration, "retier", orchestration.retier.fn)
    monkeypatch.setattr(orchestration, "run_events", nullcontext)
    monkeypatch.setattr(orchestration, "_run", lambda project, options: (done.append(options), None))
    monkeypatch.setattr(orchestration, "show_month", lambda *of_the_month, **named: None)

    def tracked_run(**options):
        with disable_run_logger():
            run._run_tracked(project, options_of(JANUARY, is_reporting=False, **options), Silent())
        (found,) = done
        return found

    return tracked_run


@pytest.mark.parametrize("is_adopting", [True, False], ids=["adopts", "does-not-adopt"])
def test_whether_a_state_is_adopted_reaches_a_tracked_run(tracked_run, is_adopting):
    assert tracked_run(is_adopting=is_adopting).is_adopting is is_adopting
