"""What a stopped run names can be run as it is: the same command, or the same flow, with the checks waived."""

from __future__ import annotations

import shlex

import pytest

from expectations.finding import Waiver
from flows.request.acceptance import acceptance
from flows.request.options import RunOptions
from tests.flows.options import options_of
from transforms.month import Month

JANUARY = Month.parse("2025-01")
MARCH = JANUARY + 2

RUN = options_of(JANUARY, known_at="2025-02-20")
BACKFILL = options_of(JANUARY, MARCH, started_as="backfill")
PARTICULAR = options_of(
    JANUARY, MARCH, started_as="backfill", is_forced=True, is_cascading=False, is_notifying=True, known_at="2025-04-02"
)


@pytest.mark.parametrize(
    ("options", "month", "sentence"),
    [
        pytest.param(
            options_of(JANUARY), JANUARY, 'retier run --month 2025-01 --accept fleet_shift --reason "..."', id="run"
        ),
        pytest.param(
            RUN,
            JANUARY,
            'retier run --month 2025-01 --known-at 2025-02-20 --accept fleet_shift --reason "..."',
            id="run_known_at",
        ),
        pytest.param(
            options_of(JANUARY, known_at="2025-02-20", is_adopting=True),
            JANUARY,
            'retier run --month 2025-01 --known-at 2025-02-20 --adopt-state --accept fleet_shift --reason "..."',
            id="run_that_adopts_a_state",
        ),
        pytest.param(
            BACKFILL,
            JANUARY + 1,
            'retier backfill --from 2025-02 --to 2025-03 --accept fleet_shift --reason "...", which waives them in '
            "each month from 2025-02 to 2025-03",
            id="backfill_goes_on_at_the_stopped_month",
        ),
        pytest.param(
            BACKFILL,
            MARCH + 1,
            'retier backfill --from 2025-04 --to 2025-04 --accept fleet_shift --reason "..."',
            id="backfill_in_a_month_that_followed",
        ),
        pytest.param(
            PARTICULAR,
            MARCH,
            "retier backfill --from 2025-03 --to 2025-03 --force --no-cascade --notify --known-at 2025-04-02 "
            '--accept fleet_shift --reason "..."',
            id="backfill_with_switches",
        ),
        pytest.param(
            options_of(JANUARY, started_as="flow"),
            JANUARY,
            'run the flow again with the parameters month="2025-01", accept=["fleet_shift"] and reason="..."',
            id="flow",
        ),
        pytest.param(
            options_of(JANUARY, started_as="flow", is_adopting=True),
            JANUARY,
            'run the flow again with the parameters month="2025-01", is_adopting=true, accept=["fleet_shift"] and '
            'reason="..."',
            id="flow_that_adopts_a_state",
        ),
        pytest.param(
            options_of(JANUARY, MARCH, started_as="flow"),
            MARCH,
            'run the flow again with the parameters first="2025-03", last="2025-03", accept=["fleet_shift"] and '
            'reason="..."',
            id="flow_of_a_range",
        ),
    ],
)
def test_the_way_that_was_taken_is_named(options: RunOptions, month: Month, sentence: str) -> None:
    assert acceptance(options, month, ["fleet_shift"]) == sentence


def test_what_was_waived_before_is_named_again() -> None:
    options = options_of(JANUARY, waiver=Waiver(("rows.usage", "fleet_shift"), "Ada", "holidays"))
    sentence = acceptance(options, JANUARY, ["exit_share", "fleet_shift"])
    assert sentence.count("--accept") == 3
    assert "--accept rows.usage --accept fleet_shift --accept exit_share" in sentence


def test_the_command_can_be_pasted() -> None:
    words = shlex.split(acceptance(PARTICULAR, MARCH, ["fleet_shift"]))
    assert words[:2] == ["retier", "backfill"]
    assert words[-1] == "..."
